using System.Text;
using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Storage;

namespace Hashgate.Proxy.Hosting;

/// <summary>Publishers as this replica last read them, a file for each project, named by the digest of the project's name.</summary>
/// <param name="directory"><c>&lt;data&gt;/policy/publishers</c>; made when it is first needed.</param>
internal sealed partial class PublisherCopies(string directory, ILogger<PublisherCopies> logger) : IPublisherCopies
{
    private readonly Lock _lock = new();

    public PolicyDocument? Read(ProjectName project) => Read(PathOf(project.Value)) is { } document && document.Id == project.Value ? document : null;

    public void Write(PolicyDocument document)
    {
        try
        {
            lock (_lock) WholeFile.Write(PathOf(document.Id), file => JsonSerializer.Serialize(file, document, CopyJson.Default.PolicyDocument));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(document.Id, error);
        }
    }

    public IEnumerable<PolicyDocument> ReadAll() =>
        Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "*.json", SearchOption.AllDirectories).Select(Read).OfType<PolicyDocument>() : [];

    private PolicyDocument? Read(string path)
    {
        try
        {
            return File.Exists(path) && JsonSerializer.Deserialize(File.ReadAllBytes(path), CopyJson.Default.PolicyDocument) is { Kind: PolicyDocumentKinds.Publishers, Id: not null, Json: not null } document
                ? document
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(path, error);
            return null;
        }
    }

    private string PathOf(string project)
    {
        var digest = Sha256Digest.Of(Encoding.UTF8.GetBytes(project)).ToString();
        return Path.Combine(directory, digest[..2], digest[..40] + ".json");
    }

    [LoggerMessage(3026, LogLevel.Warning, "{Path}, this replica's copy of a project's publishers, can't be read")]
    private partial void LogUnreadable(string path, Exception error);

    [LoggerMessage(3027, LogLevel.Warning, "This replica's copy of the publishers of {Project} can't be written")]
    private partial void LogUnwritable(string project, Exception error);
}
