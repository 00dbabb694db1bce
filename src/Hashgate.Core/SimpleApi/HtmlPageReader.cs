using System.Diagnostics.CodeAnalysis;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.SimpleApi;

/// <summary>
/// Reads a project page in HTML, of any age (simple repository API, "Base HTML API"; PEP 503). A link is a file where its
/// last path component looks like a distribution archive; whatever else stands on such pages (parent directories, sort
/// orders, home pages) is passed over.
/// </summary>
public static class HtmlPageReader
{
    /// <summary>What distributions end in: the archives that installers open, and those that indexes keep of old.</summary>
    private static readonly string[] ArchiveExtensions =
    [
        ".whl", ".tar.gz", ".zip", ".egg", ".exe", ".msi", ".tar.bz2", ".tgz", ".tar.xz", ".tbz", ".txz", ".tlz", ".tar.lz",
        ".tar.lzma", ".tar.z", ".tar", ".rpm", ".deb", ".dmg",
    ];

    /// <summary>Reads a page.</summary>
    /// <param name="utf8">The page, decompressed.</param>
    /// <param name="project">The project that was asked for.</param>
    /// <param name="pageUrl">The page's final URL, against which its links are resolved where it has no <c>&lt;base&gt;</c>.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8, ProjectName project, Uri pageUrl, PageLimits limits,
        [NotNullWhen(true)] out ProjectPage? page, [NotNullWhen(false)] out PageError? error)
    {
        page = null;
        error = utf8.Length > limits.MaxBytes ? PageErrors.TooManyBytes(limits) : null;
        if (error is not null) return false;

        var html = new HtmlLinks();
        List<HtmlLink> links = [];
        var whole = html.Read(utf8, link =>
        {
            if (CouldBeFile(link)) links.Add(link);
            return links.Count <= limits.MaxFiles;
        });
        if (!whole) error = PageErrors.TooManyFiles(limits);
        var version = ApiVersion.Oldest;
        if (error is null && html.Meta("pypi:repository-version") is { } told) error = PageErrors.CheckVersion(told.Trim(), out version);
        if (error is null && TooLong(html.Meta("pypi:project-status"), limits)) error = new PageError(PageErrorKind.TooLarge, $"The page has a status longer than {limits.MaxFieldLength} bytes.");
        if (error is not null) return false;

        List<DroppedFile> dropped = [];
        var files = new FileList(limits, dropped);
        // A base that can't be followed leaves the page's own URL as the base.
        var baseUrl = html.BaseHref is { } href && FileLinks.TryAbsolute(pageUrl, href.Trim(), limits, out var resolved, out _) ? resolved : pageUrl;
        foreach (var link in links) ReadLink(link, baseUrl, limits, files);
        page = new ProjectPage
        {
            Project = project,
            DisplayName = project.Value,
            ApiVersion = version,
            Status = ProjectStatus.Of(html.Meta("pypi:project-status"), Reason(html.Meta("pypi:project-status-reason"), limits)),
            LastSerial = html.Serial,
            Files = files.Files,
            Dropped = dropped,
        };
        return true;
    }

    private static void ReadLink(HtmlLink link, Uri baseUrl, PageLimits limits, FileList files)
    {
        var href = Href(link);
        var fragment = href.IndexOf('#', StringComparison.Ordinal);
        if (!FileLinks.TryAbsolute(baseUrl, href, limits, out var url, out var reason))
        {
            files.Drop(new DroppedFile(link.Text, reason));
            return;
        }
        var filename = FileLinks.LastComponent(url);
        if (!FileLinks.TryResolve(baseUrl, null, href, filename, limits, out var file, out reason))
        {
            files.Drop(new DroppedFile(filename, reason));
            return;
        }
        var python = link.Attribute("data-requires-python");
        if (TooLong(python, limits))
        {
            files.Drop(new DroppedFile(filename, $"its data-requires-python is longer than {limits.MaxFieldLength} bytes"));
            return;
        }
        var hashes = fragment < 0 ? [] : FileHashes.FromFragment(href[(fragment + 1)..]);
        var (metadata, keys) = ReadCoreMetadata(link);
        files.Add(new ProjectFile
        {
            Filename = filename,
            Url = file.Value,
            Hashes = hashes,
            Sha256 = JsonDigestReader.Sha256Of(hashes),
            RequiresPython = string.IsNullOrEmpty(python) ? null : python,
            Yanked = Reason(link.Attribute("data-yanked"), limits) is { } why ? Yank.For(why) : Yank.No,
            CoreMetadata = metadata,
            CoreMetadataKeys = keys,
            Provenance = JsonFileReader.SecureOrPlain(link.Attribute("data-provenance"), limits),
            GpgSig = link.Attribute("data-gpg-sig") is { } signed ? signed.Equals("true", StringComparison.OrdinalIgnoreCase) : null,
        });
    }

    /// <summary><c>data-core-metadata</c>, else its legacy name (PEP 714): <c>true</c>, <c>false</c> or <c>sha256=…</c>.</summary>
    private static (CoreMetadata? Value, CoreMetadataKeys Keys) ReadCoreMetadata(HtmlLink link)
    {
        var (told, legacy) = (link.Attribute("data-core-metadata"), link.Attribute("data-dist-info-metadata"));
        var keys = (told is null ? CoreMetadataKeys.None : CoreMetadataKeys.CoreMetadata)
            | (legacy is null ? CoreMetadataKeys.None : CoreMetadataKeys.DataDistInfoMetadata);
        var value = (told ?? legacy)?.Trim();
        if (value is null or "" || value.Equals("false", StringComparison.OrdinalIgnoreCase)) return (null, keys);
        return (new CoreMetadata(JsonDigestReader.Sha256Of(FileHashes.FromFragment(value))), keys);
    }

    /// <summary>Whether the link's path ends like an archive; where it leads is looked at later.</summary>
    private static bool CouldBeFile(HtmlLink link)
    {
        var href = Href(link);
        if (href.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase) || href.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)) return false;
        var end = href.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? href : href[..end];
        return Array.Exists(ArchiveExtensions, extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
    }

    private static string? Reason(string? text, PageLimits limits) => text is null ? null : PageText.Cut(text, limits.MaxReasonLength);

    // No character is more than three bytes of UTF-8; counting characters first spares counting bytes.
    private static bool TooLong(string? text, PageLimits limits) =>
        text is not null && text.Length > limits.MaxFieldLength / 3 && System.Text.Encoding.UTF8.GetByteCount(text) > limits.MaxFieldLength;

    private static string Href(HtmlLink link) => link.Attribute("href")?.Trim() ?? "";
}
