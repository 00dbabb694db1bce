using System.Xml.Linq;
using Hashgate.Core.Trust;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Sessions;

/// <summary>
/// Keys of all replicas, in one Redis hash, so that each takes the others' sessions. What was read stays known while Redis is away. Of replicas that make a key at the
/// same moment one wins, and the others take its key.
/// </summary>
public sealed class RedisSessionKeys(RedisConnection redis, TimeProvider time) : ISessionKeys, IDisposable
{
    /// <summary>How long what was read counts as all there is.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private sealed record Known(IReadOnlyDictionary<string, string> Keys, DateTimeOffset ReadAt);

    private readonly Lock _lock = new();
    private CancellationTokenSource _changed = new();
    private volatile Known? _known;

    private RedisKey Hash => redis.Key("session-keys");

    public CancellationToken Changed
    {
        get
        {
            lock (_lock) return _changed.Token;
        }
    }

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && time.GetUtcNow() - known.ReadAt < Fresh) return;
        try
        {
            await ReadAsync(cancellationToken);
        }
        catch (StoreUnavailableException) when (_known is not null)
        {
            // The keys don't change because Redis is away: who is signed in can still see what is wrong with it.
        }
    }

    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. (_known ?? throw new StoreUnavailableException("The session keys were not read yet.")).Keys.Values.Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName) =>
        // The framework knows no other way to make a key, which it does once in three months.
        Task.Run(() => AddAsync(friendlyName, element.ToString(SaveOptions.DisableFormatting))).GetAwaiter().GetResult();

    public void Dispose() => _changed.Dispose();

    private async Task AddAsync(string name, string xml)
    {
        var count = _known?.Keys.Count ?? 0;
        await redis.RunAsync(
            async database =>
            {
                var step = database.CreateTransaction();
                // Another replica's new key makes this one needless: the framework reads all keys again, and finds it.
                step.AddCondition(Condition.HashLengthEqual(Hash, count));
                var added = step.HashSetAsync(Hash, name, xml);
                return await step.ExecuteAsync() && await added;
            },
            CancellationToken.None);
        await ReadAsync(CancellationToken.None);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var entries = await redis.RunAsync(database => database.HashGetAllAsync(Hash), cancellationToken);
        var keys = entries.ToDictionary(e => e.Name.ToString(), e => e.Value.ToString(), StringComparer.Ordinal);
        var before = _known;
        _known = new Known(keys, time.GetUtcNow());
        if (before is not null && !before.Keys.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(keys.Keys)) Renew();
    }

    private void Renew()
    {
        CancellationTokenSource old;
        lock (_lock) (old, _changed) = (_changed, new CancellationTokenSource());
        old.Cancel();
        old.Dispose();
    }
}
