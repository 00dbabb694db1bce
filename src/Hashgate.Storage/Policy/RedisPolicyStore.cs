using System.Buffers.Binary;
using System.Text;
using Hashgate.Core.Policy;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Policy;

/// <summary>
/// Policy documents in Redis: a hash for each kind, its values the revision (8 bytes, big endian) and the text, and one hash with the
/// version of each kind. A document's revision is its kind's version at its last change, so that none ever comes twice.
/// </summary>
public sealed class RedisPolicyStore(RedisConnection redis) : IPolicyStore
{
    private static readonly string PutScript = EmbeddedScript.Load(typeof(RedisPolicyStore), "put");
    private static readonly string RemoveScript = EmbeddedScript.Load(typeof(RedisPolicyStore), "remove");

    private RedisKey VersionsKey => redis.Key("policy:versions");

    public async ValueTask<IReadOnlyDictionary<string, long>> GetVersionsAsync(CancellationToken cancellationToken)
    {
        var entries = await redis.RunAsync(db => db.HashGetAllAsync(VersionsKey), cancellationToken);
        return entries.ToDictionary(e => (string)e.Name!, e => (long)e.Value);
    }

    public async ValueTask<IReadOnlyList<PolicyDocument>> ListAsync(string kind, CancellationToken cancellationToken)
    {
        var entries = await redis.RunAsync(db => db.HashGetAllAsync(DocumentsKey(kind)), cancellationToken);
        return [.. entries.Select(e => Decode(kind, e.Name!, e.Value!)).OrderBy(d => d.Id, StringComparer.Ordinal)];
    }

    public async ValueTask<PolicyDocument?> GetAsync(string kind, string id, CancellationToken cancellationToken) =>
        (byte[]?)await redis.RunAsync(db => db.HashGetAsync(DocumentsKey(kind), id), cancellationToken) is { } value ? Decode(kind, id, value) : null;

    public ValueTask<bool> PutAsync(PolicyDocument document, CancellationToken cancellationToken) =>
        RunAsync(PutScript, document, cancellationToken, document.Json);

    public ValueTask<bool> RemoveAsync(PolicyDocument document, CancellationToken cancellationToken) =>
        RunAsync(RemoveScript, document, cancellationToken);

    private async ValueTask<bool> RunAsync(string script, PolicyDocument document, CancellationToken cancellationToken, params RedisValue[] more) =>
        (long)await redis.RunAsync(
            db => db.ScriptEvaluateAsync(script, [VersionsKey, DocumentsKey(document.Kind)], [document.Kind, document.Id, document.Revision, .. more]),
            cancellationToken) > 0;

    private static PolicyDocument Decode(string kind, string id, byte[] value) =>
        new(kind, id, Encoding.UTF8.GetString(value.AsSpan(8)), BinaryPrimitives.ReadInt64BigEndian(value));

    private RedisKey DocumentsKey(string kind) => redis.Key("policy:documents:" + kind);
}
