using System.Net;
using StackExchange.Redis;

namespace Hashgate.Storage.Redis;

/// <summary>
/// Asks the Sentinels that a configuration names which server is the primary, over one connection to each that is kept. The client's own way
/// to follow them fails for good where it can't reach them at once, and leaves connections behind. For one caller at a time.
/// </summary>
internal sealed class SentinelQuery(ConfigurationOptions configuration) : IAsyncDisposable
{
    private ConnectionMultiplexer? _sentinels;

    /// <summary>What most of those that answer say.</summary>
    /// <exception cref="RedisConnectionException">None answers, or none knows the service.</exception>
    public async Task<EndPoint> FindPrimaryAsync()
    {
        var service = configuration.ServiceName!;
        _sentinels ??= await ConnectionMultiplexer.SentinelConnectAsync(configuration.Clone());
        var answers = await Task.WhenAll(_sentinels.GetServers().Where(s => s.IsConnected).Select(s => AskAsync(s, service)));
        return answers.OfType<EndPoint>().GroupBy(endPoint => endPoint).MaxBy(same => same.Count())?.Key
            ?? throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, answers.Length == 0 ? "no Sentinel can be reached" : $"no Sentinel knows a primary of the service '{service}'");
    }

    public ValueTask DisposeAsync() => _sentinels?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<EndPoint?> AskAsync(IServer sentinel, string service)
    {
        try
        {
            return await sentinel.SentinelGetMasterAddressByNameAsync(service);
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            // The others decide; where there is none, that is told.
            return null;
        }
    }
}
