using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>How an upstream has been doing, for readiness and the dashboard.</summary>
/// <param name="LastSuccess">When it last gave an answer of any kind but an error of its own.</param>
/// <param name="LastFailure">When it last gave none, or a 5xx.</param>
/// <param name="LastError">What the last failure was.</param>
/// <param name="CircuitOpen">Whether it is left alone for now.</param>
public sealed record UpstreamHealth(
    string Upstream, DateTimeOffset? LastSuccess, DateTimeOffset? LastFailure, FetchError? LastError, bool CircuitOpen);

/// <summary>Keeps one upstream's health; the circuit and every attempt tell it.</summary>
internal sealed class HealthKeeper(string upstream, TimeProvider time)
{
    private readonly Lock _lock = new();
    private UpstreamHealth _health = new(upstream, null, null, null, false);

    public UpstreamHealth Now
    {
        get { lock (_lock) return _health; }
    }

    public void Succeeded()
    {
        var now = time.GetUtcNow();
        lock (_lock) _health = _health with { LastSuccess = now };
    }

    public void Failed(FetchError error)
    {
        var now = time.GetUtcNow();
        lock (_lock) _health = _health with { LastFailure = now, LastError = error };
    }

    /// <summary>True where that is a change.</summary>
    public bool SetCircuit(bool open)
    {
        lock (_lock)
        {
            var changed = _health.CircuitOpen != open;
            _health = _health with { CircuitOpen = open };
            return changed;
        }
    }
}
