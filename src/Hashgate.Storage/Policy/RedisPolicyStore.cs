using System.Buffers.Binary;
using System.Text;
using Hashgate.Core.Policy;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Policy;

/// <summary>
/// Policy documents in Redis: a hash for each kind, its values the revision (8 bytes, big endian) and the text, one hash with the
/// version of each kind, and one with the identity. A document's revision is its kind's version at its last change, so that none ever comes twice.
/// </summary>
public sealed class RedisPolicyStore(RedisConnection redis) : IPolicyStore
{
    private static readonly string PutScript = EmbeddedScript.Load(typeof(RedisPolicyStore), "put");
    private static readonly string RemoveScript = EmbeddedScript.Load(typeof(RedisPolicyStore), "remove");

    private static readonly string SetStateScript = EmbeddedScript.Load(typeof(RedisPolicyStore), "set-state");

    private RedisKey StateKey => redis.Key("policy:state");

    private RedisKey VersionsKey => redis.Key("policy:versions");

    public ValueTask<PolicyStoreState> GetStateAsync(CancellationToken cancellationToken) => redis.RunAsync(StateAsync, cancellationToken);

    public ValueTask<PolicyStoreState> InitializeAsync(string identity, CancellationToken cancellationToken) => redis.RunAsync(async db =>
    {
        // An emptied identity (a restore under way) is a field that is there, and stays.
        await db.HashSetAsync(StateKey, "identity", identity, When.NotExists);
        return await StateAsync(db);
    }, cancellationToken);

    public async ValueTask SetStateAsync(PolicyStoreState state, CancellationToken cancellationToken)
    {
        RedisValue[] versions = [.. state.Versions.SelectMany(v => (RedisValue[])[v.Key, v.Value])];
        await redis.RunAsync(
            db => db.ScriptEvaluateAsync(SetStateScript, [StateKey, VersionsKey], [state.Identity, string.Join(' ', state.Predecessors), .. versions]), cancellationToken);
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

    private async Task<PolicyStoreState> StateAsync(IDatabase db)
    {
        var (asked, versions) = (db.HashGetAsync(StateKey, ["identity", "predecessors"]), db.HashGetAllAsync(VersionsKey));
        var fields = await asked;
        return new PolicyStoreState((string?)fields[0], (await versions).ToDictionary(e => (string)e.Name!, e => (long)e.Value))
        {
            Predecessors = ((string?)fields[1] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
        };
    }

    private static PolicyDocument Decode(string kind, string id, byte[] value) =>
        new(kind, id, Encoding.UTF8.GetString(value.AsSpan(8)), BinaryPrimitives.ReadInt64BigEndian(value));

    private RedisKey DocumentsKey(string kind) => redis.Key("policy:documents:" + kind);
}
