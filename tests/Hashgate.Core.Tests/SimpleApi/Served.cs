using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Tests.SimpleApi;

/// <summary>Pages as a Hashgate that allows everything would serve them.</summary>
internal static class Served
{
    public static ServedPage AsIs(ProjectPage page) => new(page, [.. page.Files.Select(AsIs)]);

    public static ServedFile AsIs(ProjectFile file) => new(
        file,
        file.Filename,
        new ServedLink("../..", $"packages/aa/{file.Filename}"),
        file.Sha256,
        file.Yanked,
        file.CoreMetadata?.Sha256,
        file.Provenance is { Scheme: "https" } provenance ? provenance.AbsoluteUri : null);
}
