using System.Security.Cryptography;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Hashgate.Storage.Redis;

/// <summary>
/// Leases as keys that expire: taken where there is none, renewed while the work moves, given back by their owner alone. A replica that dies
/// holds up the others until its key expires; one that hangs for longer may find that another does the same work, with a greater number.
/// </summary>
public sealed partial class RedisLeases(RedisConnection redis, TimeProvider time, ILogger<RedisLeases> logger) : IWorkLeases
{
    private static readonly string Take = EmbeddedScript.Load(typeof(RedisLeases), "take-lease");

    private const string IfMine = "if redis.call('get', KEYS[1]) == ARGV[1] then return ";
    private const string Renew = IfMine + "redis.call('pexpire', KEYS[1], ARGV[2]) end return 0";
    private const string GiveBack = IfMine + "redis.call('del', KEYS[1]) end return 0";

    /// <summary>How long a lease outlives its owner.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);

    /// <summary>How long work that doesn't move is left to its owner; another upstream connection may have more luck.</summary>
    private static readonly TimeSpan LongestStill = TimeSpan.FromSeconds(15);

    private readonly TimeProvider _time = time;

    // No work is called so.
    private RedisKey LastNumber => redis.Key("lease:number");

    public async ValueTask<IWorkLease?> TryTakeAsync(string work, CancellationToken cancellationToken)
    {
        var (key, owner) = (redis.Key("lease:" + work), (RedisValue)RandomNumberGenerator.GetBytes(16));
        try
        {
            var number = (long)await redis.RunAsync(db => db.ScriptEvaluateAsync(Take, [key, LastNumber], [owner, (long)Length.TotalMilliseconds]), cancellationToken);
            return number > 0 ? new Lease(this, key, owner, number) : null;
        }
        catch (StoreUnavailableException error)
        {
            // Nobody can be asked: to do the work twice is better than not at all.
            LogUntold(error);
            return new NoLeases();
        }
    }

    public async ValueTask<bool> IsHeldAsync(string work, CancellationToken cancellationToken)
    {
        try
        {
            return await redis.RunAsync(db => db.KeyExistsAsync(redis.Key("lease:" + work)), cancellationToken);
        }
        catch (StoreUnavailableException error)
        {
            LogUntold(error);
            return false;
        }
    }

    [LoggerMessage(3401, LogLevel.Warning, "Redis can't be asked who else does this work: it is done")]
    private partial void LogUntold(Exception error);

    [LoggerMessage(3402, LogLevel.Debug, "A lease can't be kept or given back; it ends by itself")]
    private partial void LogUnkept(Exception error);

    private sealed class Lease : IWorkLease
    {
        private readonly RedisLeases _leases;
        private readonly RedisKey _key;
        private readonly RedisValue _owner;
        private readonly ITimer _renewal;
        private long _movedAt;

        public Lease(RedisLeases leases, RedisKey key, RedisValue owner, long number)
        {
            (_leases, _key, _owner, Number) = (leases, key, owner, number);
            Moved();
            _renewal = leases._time.CreateTimer(_ => RenewIfMoving(), null, RenewEvery, RenewEvery);
        }

        public long Number { get; }

        public void Moved() => Volatile.Write(ref _movedAt, _leases._time.GetTimestamp());

        public async ValueTask DisposeAsync()
        {
            await _renewal.DisposeAsync();
            // Whoever did the work has an answer to give, and need not wait for this one.
            _ = RunAsync(GiveBack);
        }

        private void RenewIfMoving()
        {
            if (_leases._time.GetElapsedTime(Volatile.Read(ref _movedAt)) < LongestStill) _ = RunAsync(Renew, (long)Length.TotalMilliseconds);
        }

        private async Task RunAsync(string script, params RedisValue[] arguments)
        {
            try
            {
                await _leases.ScriptAsync(script, _key, [_owner, .. arguments]);
            }
            catch (StoreUnavailableException error)
            {
                _leases.LogUnkept(error);
            }
        }
    }

    private ValueTask<RedisResult> ScriptAsync(string script, RedisKey key, RedisValue[] arguments) =>
        redis.RunAsync(db => db.ScriptEvaluateAsync(script, [key], arguments), CancellationToken.None);
}
