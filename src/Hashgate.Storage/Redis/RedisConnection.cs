using System.Net.Sockets;
using Hashgate.Core.Trust;
using StackExchange.Redis;

namespace Hashgate.Storage.Redis;

/// <summary>
/// The one connection to Redis that all drivers of a process share. A Redis that is away fails each call within
/// <see cref="RedisOptions.Timeout"/>, and is found again by itself.
/// </summary>
public sealed class RedisConnection(RedisOptions options) : IAsyncDisposable
{
    private const string Run = "run";

    private readonly RedisPrimary _primary = new(RedisConfiguration.Of(options), options.Timeout * 2);

    /// <summary>How long operations take, each of one round trip or a few.</summary>
    public StoreTimes Times { get; } = new("redis", Run);

    /// <summary>Whether keys are spread over the slots of a Redis Cluster. A step of several keys is one only within a family, or a part of one.</summary>
    public bool IsCluster => options.Cluster;

    /// <summary>A key under the configured prefix. In a cluster those of one family, the name up to its first colon, lie in one slot.</summary>
    public RedisKey Key(string name)
    {
        if (!IsCluster) return $"{{{options.KeyPrefix}}}:{name}";
        var family = name.IndexOf(':', StringComparison.Ordinal) is var end and >= 0 ? end : name.Length;
        return $"{{{options.KeyPrefix}:{name[..family]}}}{name[family..]}";
    }

    /// <summary>A key of a family that a cluster spreads: only those of one part lie in one slot. Elsewhere the part isn't in the key, so the name must be enough.</summary>
    public RedisKey Key(string family, string part, string name) => Key(family, part, name, IsCluster);

    /// <summary>The same key, as it is with <see cref="RedisOptions.Cluster"/> or without.</summary>
    internal RedisKey Key(string family, string part, string name, bool cluster) =>
        cluster ? $"{{{options.KeyPrefix}:{family}:{part}}}:{name}" : $"{{{options.KeyPrefix}}}:{family}:{name}";

    /// <summary>Runs one operation, bounded in time.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached, doesn't answer in time, or refuses to write.</exception>
    public async ValueTask<T> RunAsync<T>(Func<IDatabase, Task<T>> operation, CancellationToken cancellationToken)
    {
        using var measured = Times.Measure(Run);
        try
        {
            var multiplexer = await _primary.GetAsync(cancellationToken);
            return await operation(multiplexer.GetDatabase()).WaitAsync(options.Timeout, cancellationToken);
        }
        catch (Exception e) when (IsOutage(e, cancellationToken))
        {
            _primary.Doubt();
            // A server's refusal (loading, read-only replica, out of memory, failing disk) is an outage like any other.
            throw new StoreUnavailableException($"Redis can't be used: {FirstSentence(e.Message)}", e);
        }
    }

    /// <summary>
    /// Whether a command failed because of Redis or the way to it. A connection that is torn down while it hangs cancels what is under
    /// way, or fails it with whatever its reader met, and not with the client's own exceptions alone.
    /// </summary>
    /// <param name="cancellationToken">The caller's: what the caller cancelled is no outage.</param>
    public static bool IsOutage(Exception error, CancellationToken cancellationToken) =>
        error is RedisException or TimeoutException or IOException or SocketException or InvalidOperationException
        || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    public ValueTask DisposeAsync() => _primary.DisposeAsync();

    // The client's messages go on with a page of counters.
    private static string FirstSentence(string message) => message.Split(["; ", ", command=", ", mc: ", "\n"], 2, StringSplitOptions.None)[0];
}
