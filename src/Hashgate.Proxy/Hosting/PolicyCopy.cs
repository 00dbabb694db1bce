using System.Text.Json;
using Hashgate.Core.Policy;
using Hashgate.Storage;

namespace Hashgate.Proxy.Hosting;

/// <summary>
/// What this replica last read of the policy store, a file for each kind, <c>&lt;data&gt;/policy/&lt;kind&gt;.json</c>. Each is replaced as a whole, so
/// that a crash leaves the old one or the new one.
/// </summary>
internal sealed partial class PolicyCopy(string directory, ILogger<PolicyCopy> logger)
{
    /// <summary>The documents of a kind; null where none were ever kept, or the file can't be read.</summary>
    public IReadOnlyList<PolicyDocument>? Read(string kind)
    {
        try
        {
            return File.Exists(PathOf(kind)) ? JsonSerializer.Deserialize<List<PolicyDocument>>(File.ReadAllBytes(PathOf(kind))) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(PathOf(kind), error);
            return null;
        }
    }

    /// <summary>Keeps the documents of a kind; a disk that is full is told in the log, and the older copy stays.</summary>
    public void Write(string kind, IReadOnlyList<PolicyDocument> documents)
    {
        try
        {
            WholeFile.Write(PathOf(kind), file => JsonSerializer.Serialize(file, documents));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(PathOf(kind), error);
        }
    }

    private string PathOf(string kind) => Path.Combine(directory, kind + ".json");

    [LoggerMessage(3025, LogLevel.Warning, "{Path}, this replica's copy of policy documents, can't be read")]
    private partial void LogUnreadable(string path, Exception error);

    [LoggerMessage(3022, LogLevel.Warning, "{Path}, this replica's copy of policy documents, can't be written")]
    private partial void LogUnwritable(string path, Exception error);
}
