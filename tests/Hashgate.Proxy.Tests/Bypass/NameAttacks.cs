using Hashgate.Core.Packaging;

namespace Hashgate.Proxy.Tests.Bypass;

/// <summary>Other names, paths and routes under which the same bytes might be found.</summary>
internal static class NameAttacks
{
    public static IEnumerable<Attack> All { get; } =
    [
        new(".metadata", Expect.AsItsMetadata, static g => Get(g, g.Path + ".metadata")),
        new(".metadata in part", Expect.AsItsMetadata, static g => RawClient.Request(g.Server, "GET", g.Path + ".metadata", "Range: bytes=0-99")),
        Unknown(".metadata.metadata", static g => g.Path + ".metadata.metadata"),
        Unknown(".asc", static g => g.Path + ".asc"),
        Unknown(".METADATA", static g => g.Path + ".METADATA"),
        Unknown(".provenance", static g => g.Path + ".provenance"),
        Unknown("a dot behind", static g => g.Path + "."),
        Unknown("a slash behind", static g => g.Path + "/"),
        Unknown("a tilde behind", static g => g.Path + "~"),
        Unknown("an upper case name", static g => g.Directory + g.File.Filename.ToUpperInvariant()),
        Unknown("an upper case extension", static g => g.Path.Replace(".whl", ".WHL", StringComparison.Ordinal)),
        Unknown("an upper case first letter", static g => g.Directory + char.ToUpperInvariant(g.File.Filename[0]) + g.File.Filename[1..]),
        Unknown("an upper case digest", static g => g.Directory.ToUpperInvariant().Replace("/PACKAGES/", "/packages/", StringComparison.Ordinal) + g.File.Filename),
        Unknown("an upper case route", static g => g.Path.Replace("/packages/", "/Packages/", StringComparison.Ordinal)),
        Unknown("an alias of the version", static g => g.Path.Replace("-1.0", "-1.0.0", StringComparison.Ordinal)),
        Unknown("an alias of the version with a v", static g => g.Path.Replace("-1.0", "-v1.0", StringComparison.Ordinal)),
        Unknown("an alias of the name", static g => g.Directory + g.File.Filename.Replace('_', '.')),
        Unknown("a doubled underscore", static g => g.Directory + g.File.Filename.Replace("_", "__", StringComparison.Ordinal)),
        Unknown("another extension", static g => g.Path.Replace(".whl", ".zip", StringComparison.Ordinal)),
        Unknown("its digest under a good file's name", static g => g.Directory + g.Neighbour.Filename),
        Unknown("its name under a good file's digest", static g => DirectoryOf(g.Neighbour.Path) + g.File.Filename),
        Unknown("its name under no digest", static g => "/packages/" + g.File.Filename),
        Unknown("the digest alone", static g => g.Directory[..^1]),
        Unknown("the digest's folder", static g => g.Directory),
        Unknown("its source path", static g => $"/packages/source/{g.File.Filename[0]}/{ProjectName.Normalize(g.File.Project.Name)}/{g.File.Filename}"),
        Unknown("below /files/pypi", static g => "/files/pypi" + g.Path),
        Unknown("below /files/PyPI", static g => "/files/PyPI" + g.Path),
        Unknown("below /files/pypi without its root", static g => "/files/pypi" + g.Path["/packages".Length..]),
        Unknown("below another upstream", static g => "/files/other" + g.Path),
        Unknown("below the stubs' upstream", static g => "/files/hashgate" + g.Path),
        Unknown("below the stubs' upstream by its name", static g => $"/files/hashgate/{ProjectName.Normalize(g.File.Project.Name)}/{g.File.Filename}"),
        Unknown("below /simple", static g => "/simple" + g.Path),
        Unknown("below its project", static g => $"/simple/{ProjectName.Normalize(g.File.Project.Name)}/{g.File.Filename}"),
        Unknown("below a blob's digest", static g => "/files/sha256/" + g.ETag.Trim('"')),
        Unknown("a digest alone", static g => "/" + g.ETag.Trim('"')),
        Unknown("the data directory", static g => $"/data/blobs/{g.ETag[1..3]}/{g.ETag.Trim('"')}"),
        Unknown("provenance of another project", static g => $"/integrity/{g.Neighbour.Project.Name}/1.0/{g.File.Filename}/provenance"),
        Unknown("provenance of another version", static g => $"/integrity/{g.File.Project.Name}/9.0/{g.File.Filename}/provenance"),
        new("provenance", Expect.AsItsMetadata, static g => Get(g, $"/integrity/{g.File.Project.Name}/{g.File.Version}/{g.File.Filename}/provenance")),
        Else("legacy JSON", static g => $"/pypi/{g.File.Project.Name}/json"),
        Else("legacy JSON of its version", static g => $"/pypi/{g.File.Project.Name}/{g.File.Version.Replace("+", "%2B", StringComparison.Ordinal)}/json"),
        Else("legacy JSON of another version", static g => $"/pypi/{g.File.Project.Name}/9.0/json"),
        Else("legacy JSON of another project", static g => $"/pypi/{g.Neighbour.Project.Name}/json"),
        Else("legacy JSON of another project's version", static g => $"/pypi/{g.Neighbour.Project.Name}/1.0/json"),
        Else("why", static g => $"/why/{g.File.Project.Name}/1.0"),
        Else("its page", static g => $"/simple/{ProjectName.Normalize(g.File.Project.Name)}/"),
    ];

    private static string DirectoryOf(string path) => path[..(path.LastIndexOf('/') + 1)];

    private static string Get(Goal goal, string target) => RawClient.Request(goal.Server, "GET", target);

    private static Attack Unknown(string name, Func<Goal, string> target) => new(name, Expect.Unknown, g => Get(g, target(g)));

    private static Attack Else(string name, Func<Goal, string> target) => new(name, Expect.SomethingElse, g => Get(g, target(g)));
}
