using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Policy;

/// <summary>
/// The one file shown for a refused project that has no files upstream: installers that choose it get the explained refusal
/// instead of "no matching distribution". It exists nowhere and is never served.
/// </summary>
public static class ProjectStub
{
    /// <summary>The upstream name that the stub's URL carries; no real upstream may have it.</summary>
    public const string UpstreamName = "hashgate";

    public static string Filename(ProjectName project) =>
        $"{project.Value.Replace('-', '_')}-0+blocked.by.hashgate-py2.py3-none-any.whl";

    /// <summary>The stub's path on Hashgate, unescaped.</summary>
    public static string LocalPath(ProjectName project) => $"files/{UpstreamName}/{project}/{Filename(project)}";

    /// <summary>Facts that let project-wide rules speak of a project without files.</summary>
    public static FileFacts Facts(ProjectName project)
    {
        var filename = Filename(project);
        var file = new ProjectFile { Filename = filename, Url = new Uri("https://hashgate.invalid/" + filename), Hashes = new Dictionary<string, string>() };
        return new FileFacts(file, DistributionFilename.Read(project, filename), LocalPath(project), null, null);
    }
}
