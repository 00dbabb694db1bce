using Hashgate.Storage.Redis;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Options;

namespace Hashgate.Storage.Pages;

/// <summary>The distributed cache that replicas share their pages in: Redis, over the process's one connection.</summary>
public static class RedisPageCache
{
    public static IDistributedCache Create(RedisConnection redis) => new RedisCache(Options.Create(new RedisCacheOptions
    {
        ConnectionMultiplexerFactory = redis.GetMultiplexerAsync,
        InstanceName = redis.Key(""),
    }));
}
