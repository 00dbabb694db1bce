using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hashgate.Core.Policy;
using Hashgate.Storage;

namespace Hashgate.Proxy.Hosting;

/// <summary>What this replica knows of the policy store as a whole.</summary>
/// <param name="State">The store when it was last read, or as far as it has ever come.</param>
/// <param name="InDoubt">The store was found to be another or an older one, and no operator has put it right yet.</param>
internal sealed record KnownPolicyStore(PolicyStoreState State, bool InDoubt);

/// <summary>
/// What this replica last read of the policy store, a file for each kind, <c>&lt;data&gt;/policy/&lt;kind&gt;.json</c>, and <c>store.json</c> for the store as a
/// whole. Each is replaced as a whole, so that a crash leaves the old one or the new one.
/// </summary>
internal sealed partial class PolicyCopy(string directory, ILogger<PolicyCopy> logger)
{
    /// <summary>No kind is called so.</summary>
    private const string Store = "store";

    /// <summary>The documents of a kind; null where none were ever kept, or the file can't be read.</summary>
    public IReadOnlyList<PolicyDocument>? Read(string kind) => Read(kind, CopyJson.Default.IReadOnlyListPolicyDocument);

    /// <summary>What was known of the store; null where it was never read.</summary>
    public KnownPolicyStore? ReadStore() => Read(Store, CopyJson.Default.KnownPolicyStore) is { State: { Versions: not null, Predecessors: not null } } known ? known : null;

    /// <summary>Keeps the documents of a kind; a disk that is full is told in the log, and the older copy stays.</summary>
    public void Write(string kind, IReadOnlyList<PolicyDocument> documents) => Write(kind, documents, CopyJson.Default.IReadOnlyListPolicyDocument);

    /// <summary>Keeps what is known of the store, likewise.</summary>
    public void WriteStore(KnownPolicyStore known) => Write(Store, known, CopyJson.Default.KnownPolicyStore);

    private T? Read<T>(string name, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return File.Exists(PathOf(name)) ? JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(name)), type) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(PathOf(name), error);
            return null;
        }
    }

    private void Write<T>(string name, T value, JsonTypeInfo<T> type)
    {
        try
        {
            WholeFile.Write(PathOf(name), file => JsonSerializer.Serialize(file, value, type));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(PathOf(name), error);
        }
    }

    private string PathOf(string name) => Path.Combine(directory, name + ".json");

    [LoggerMessage(3025, LogLevel.Warning, "{Path}, this replica's copy of policy documents, can't be read")]
    private partial void LogUnreadable(string path, Exception error);

    [LoggerMessage(3022, LogLevel.Warning, "{Path}, this replica's copy of policy documents, can't be written")]
    private partial void LogUnwritable(string path, Exception error);
}
