using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Webhooks;

/// <summary>How a webhook has been doing since the start.</summary>
/// <param name="Receiver">Scheme, host and port: the rest of the URL may be secret.</param>
/// <param name="Failing">Its receiver takes nothing any more.</param>
/// <param name="LastError">What the last failure was.</param>
/// <param name="Queued">How many deliveries wait.</param>
/// <param name="Delivered">How many the receiver took.</param>
/// <param name="Failed">How many attempts failed.</param>
/// <param name="Dropped">How many deliveries were given up: refused by the receiver, too many, or too old.</param>
public sealed record WebhookState(
    string Name, string Receiver, string Format, bool Enabled, bool Failing,
    DateTimeOffset? LastSuccess, DateTimeOffset? LastFailure, string? LastError, int Queued, long Delivered, long Failed, long Dropped)
{
    internal static WebhookState First(WebhookSettings settings) =>
        new(settings.Name, settings.Url.GetLeftPart(UriPartial.Authority), settings.Format.ToString().ToLowerInvariant(), settings.Enabled, false, null, null, null, 0, 0, 0, 0);
}

/// <summary>Keeps one webhook's state; every attempt tells it. Safe for threads.</summary>
internal sealed class WebhookHealth(WebhookSettings settings, TimeProvider time)
{
    /// <summary>One attempt that fails may be a restart of the receiver.</summary>
    private const int FailuresOfAnOutage = 3;

    private readonly Lock _lock = new();
    private WebhookState _state = WebhookState.First(settings);
    private int _failuresInARow;
    private long _untold;

    public WebhookState Now
    {
        get
        {
            lock (_lock) return _state;
        }
    }

    /// <summary>True where that ends an outage.</summary>
    public bool Succeeded()
    {
        lock (_lock)
        {
            var ended = _state.Failing;
            _failuresInARow = 0;
            _state = _state with { Failing = false, LastSuccess = time.GetUtcNow(), Delivered = _state.Delivered + 1 };
            return ended;
        }
    }

    /// <summary>True where that begins an outage.</summary>
    public bool Failed(WebhookAnswer answer)
    {
        lock (_lock)
        {
            _failuresInARow++;
            var begins = !_state.Failing && (!answer.IsPassing || _failuresInARow >= FailuresOfAnOutage);
            _state = _state with { Failing = _state.Failing || begins, LastFailure = time.GetUtcNow(), LastError = answer.Error, Failed = _state.Failed + 1 };
            return begins;
        }
    }

    public void Dropped(int count)
    {
        lock (_lock)
        {
            _state = _state with { Dropped = _state.Dropped + count };
            _untold += count;
        }
    }

    /// <summary>How many were dropped since this was last asked.</summary>
    public long TakeUntold()
    {
        lock (_lock)
        {
            var untold = _untold;
            _untold = 0;
            return untold;
        }
    }
}
