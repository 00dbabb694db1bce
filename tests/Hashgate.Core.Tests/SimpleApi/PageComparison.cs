using System.Text.Json;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Tests.SimpleApi;

/// <summary>Puts a page into one text, field by field, so that two pages are compared by value and a difference can be read.</summary>
internal static class PageComparison
{
    public static string Describe(ProjectPage page) => string.Join('\n',
    [
        $"{page.Project} '{page.DisplayName}' {page.ApiVersion} {page.Status} serial {page.LastSerial}",
        $"versions {(page.Versions is null ? "none" : string.Join(',', page.Versions))}",
        $"extra {Describe(page.Extra)} meta {Describe(page.ExtraMeta)}",
        .. page.Files.Select(Describe),
        .. page.Removed.Select(removed => $"removed {removed.Since:O} {Describe(removed.File)}"),
        .. page.Dropped.Select(dropped => $"dropped {dropped}"),
    ]);

    public static string Describe(ProjectFile file) =>
        $"{file.Filename} {file.Url.AbsoluteUri} {string.Join(',', file.Hashes.OrderBy(hash => hash.Key, StringComparer.Ordinal))} {file.Sha256} {file.Size} {file.UploadTime:O} "
        + $"'{file.RequiresPython}' {file.Yanked} {file.CoreMetadata} {file.CoreMetadataKeys} {file.Provenance?.AbsoluteUri} {file.GpgSig} {Describe(file.Extra)}";

    private static string Describe(IReadOnlyDictionary<string, JsonElement> extra) =>
        string.Join(',', extra.Select(pair => $"{pair.Key}={JsonSerializer.Serialize(pair.Value)}"));
}
