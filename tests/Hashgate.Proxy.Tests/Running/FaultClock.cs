namespace Hashgate.Proxy.Tests.Running;

/// <summary>The system's clock, which a test can put forward; timers run as ever, so that retries and time limits need nobody to move them.</summary>
internal sealed class FaultClock : TimeProvider
{
    private long _shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shift));

    public void Skip(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);
}
