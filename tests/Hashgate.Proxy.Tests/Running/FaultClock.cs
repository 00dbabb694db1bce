namespace Hashgate.Proxy.Tests.Running;

/// <summary>The system's clock, which a test can put forward; timers run as ever, so that retries and time limits need nobody to move them.</summary>
internal sealed class FaultClock : TimeProvider
{
    private long _shift;

    /// <summary>A clock that begins at a time of a test's own.</summary>
    public static FaultClock At(DateTimeOffset start)
    {
        var clock = new FaultClock();
        clock.Skip(start - clock.GetUtcNow());
        return clock;
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shift));

    public void Skip(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);
}
