using Hashgate.Core.Packaging;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Pages;

/// <summary>Shared pages in Redis: one hash for each, with the number of the turn that it is of.</summary>
public sealed class RedisPages(RedisConnection redis, SharedPageOptions options) : ISharedPages
{
    private static readonly string Put = EmbeddedScript.Load(typeof(RedisPages), "put-page");
    private static readonly RedisValue[] Fields = ["header", "body"];

    public async ValueTask<byte[]?> GetHeaderAsync(string upstream, ProjectName project, CancellationToken cancellationToken) =>
        await redis.RunAsync(db => db.HashGetAsync(Key(upstream, project), Fields[0]), cancellationToken);

    public async ValueTask<SharedPage?> GetAsync(string upstream, ProjectName project, CancellationToken cancellationToken)
    {
        var values = await redis.RunAsync(db => db.HashGetAsync(Key(upstream, project), Fields), cancellationToken);
        return (byte[]?)values[0] is { } header && (byte[]?)values[1] is { } body ? new SharedPage(header, body) : null;
    }

    public async ValueTask<SharedPageOutcome> PutAsync(string upstream, ProjectName project, long turn, string digest, byte[] header, byte[]? body, CancellationToken cancellationToken)
    {
        RedisValue[] arguments = [turn, (long)options.KeepUnused.TotalMilliseconds, digest, header];
        if (body is not null) arguments = [.. arguments, body];
        return (long)await redis.RunAsync(db => db.ScriptEvaluateAsync(Put, [Key(upstream, project)], arguments), cancellationToken) switch
        {
            1 => SharedPageOutcome.Kept,
            0 => SharedPageOutcome.Outdated,
            _ => SharedPageOutcome.BodyMissing,
        };
    }

    public async ValueTask RemoveAsync(string upstream, ProjectName project, CancellationToken cancellationToken) =>
        await redis.RunAsync(db => db.KeyDeleteAsync(Key(upstream, project)), cancellationToken);

    // Names hold no '/'. Earlier versions kept their pages below another name.
    private RedisKey Key(string upstream, ProjectName project)
    {
        var name = $"{upstream}/{project.Value}";
        return redis.Key("snapshot", name, name);
    }
}
