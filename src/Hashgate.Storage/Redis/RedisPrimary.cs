using System.Net;
using StackExchange.Redis;

namespace Hashgate.Storage.Redis;

/// <summary>
/// The connection to the server that takes writes: the one that is configured, or the one that the Sentinels name. With Sentinels it is
/// asked for again every two seconds, and before the next command after any trouble: a server that was the primary may be back and take
/// what it is about to lose.
/// </summary>
internal sealed class RedisPrimary : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(500);

    private sealed record Connected(ConnectionMultiplexer Multiplexer, EndPoint? EndPoint);

    private readonly ConfigurationOptions _configuration;
    private readonly TimeSpan _patience;
    private readonly SentinelQuery? _sentinels;
    private readonly ITimer? _looks;
    private readonly Lock _lock = new();
    private volatile Connected? _connected;
    private Task<ConnectionMultiplexer>? _looking;

    // As often as something made it doubtful who is the primary, and how often it had when they last told.
    private long _doubts;
    private long _cleared = -1;
    private volatile bool _isDisposed;

    /// <param name="patience">The longest wait for a connection.</param>
    public RedisPrimary(ConfigurationOptions configuration, TimeSpan patience)
    {
        (_configuration, _patience) = (configuration, patience);
        if (string.IsNullOrEmpty(configuration.ServiceName)) return;
        _sentinels = new SentinelQuery(configuration);
        _looks = TimeProvider.System.CreateTimer(_ => LookAgain(), null, LookEvery, LookEvery);
    }

    private bool IsSure => _sentinels is null || Interlocked.Read(ref _doubts) == Interlocked.Read(ref _cleared);

    /// <exception cref="RedisConnectionException">Nobody tells which server is the primary, or it is none.</exception>
    /// <exception cref="TimeoutException">That took too long.</exception>
    public ValueTask<ConnectionMultiplexer> GetAsync(CancellationToken cancellationToken) =>
        _connected is { } connected && IsSure ? ValueTask.FromResult(connected.Multiplexer) : new(LookAsync().WaitAsync(_patience, cancellationToken));

    /// <summary>Something went wrong: whether the server is still the primary is asked before it is used again.</summary>
    public void Doubt() => Interlocked.Increment(ref _doubts);

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        if (_looks is not null) await _looks.DisposeAsync();
        if (_connected is { } connected) await connected.Multiplexer.DisposeAsync();
        if (_sentinels is not null) await _sentinels.DisposeAsync();
    }

    private void LookAgain()
    {
        if (_connected is not null && !_isDisposed) _ = LookAsync();
    }

    /// <summary>One look at a time, for all who want to know; one that failed answers for a while.</summary>
    private Task<ConnectionMultiplexer> LookAsync()
    {
        lock (_lock)
        {
            if (_looking is not null) return _looking;
            var looking = _looking = Task.Run(LookOnceAsync);
            _ = ForgetAsync(looking);
            return looking;
        }
    }

    private async Task ForgetAsync(Task looking)
    {
        await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!looking.IsCompletedSuccessfully) await Task.Delay(PauseAfterFailure);
        lock (_lock) _looking = null;
    }

    private async Task<ConnectionMultiplexer> LookOnceAsync()
    {
        var doubts = Interlocked.Read(ref _doubts);
        var primary = _sentinels is null ? null : await _sentinels.FindPrimaryAsync();
        if (_connected is not { } connected || !Equals(connected.EndPoint, primary)) connected = await ConnectAsync(primary);
        if (primary is not null && connected.Multiplexer.GetServer(primary) is { IsConnected: true, IsReplica: true })
            throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, "the server that the Sentinels name is still a replica");
        Interlocked.Exchange(ref _cleared, doubts);
        return connected.Multiplexer;
    }

    private async Task<Connected> ConnectAsync(EndPoint? primary)
    {
        var configuration = _configuration.Clone();
        if (primary is not null)
        {
            configuration.ServiceName = null;
            configuration.EndPoints.Clear();
            configuration.EndPoints.Add(primary);
        }
        var connected = new Connected(await ConnectionMultiplexer.ConnectAsync(configuration), primary);
        connected.Multiplexer.ConnectionFailed += (_, _) => Doubt();
        connected.Multiplexer.ConnectionRestored += (_, _) => Doubt();
        var before = _connected;
        _connected = connected;
        // Whatever is still under way there fails, as it should.
        if (before is not null) await before.Multiplexer.DisposeAsync();
        return connected;
    }
}
