using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Core.SimpleApi;

/// <summary>
/// Decides whether an entry of a page can be a file at all, by its name and link alone. Filenames go into URLs, logs and
/// header lines later, so they are held to the characters that distributions really use.
/// </summary>
internal static class FileLinks
{
    private static readonly SearchValues<char> FilenameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._+!~@=,()");

    /// <summary>Resolves an entry's link against its page. The reason says why there is no file behind it.</summary>
    /// <param name="previous">The URL of the file before, which most are beside; null for the first.</param>
    public static bool TryResolve(
        Uri page, FileUrl? previous, string href, string filename, PageLimits limits, [NotNullWhen(true)] out FileUrl? url, [NotNullWhen(false)] out string? reason)
    {
        url = null;
        reason = CheckFilename(filename, limits);
        if (reason is not null) return false;
        if (href.Length > limits.MaxUrlLength || previous is not { } known || !known.TryBeside(href, out url))
        {
            if (!TryAbsolute(page, href, limits, out var uri, out reason)) return false;
            url = uri;
        }
        if (!EndsIn(url.Value.Path, filename)) reason = "its URL ends in another name";
        return reason is null;
    }

    /// <summary>Resolves a link: absolute, http or https, no user, fragment cut off.</summary>
    public static bool TryAbsolute(Uri page, string href, PageLimits limits, [NotNullWhen(true)] out Uri? url, [NotNullWhen(false)] out string? reason)
    {
        url = null;
        reason = null;
        var fragment = href.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0) href = href[..fragment];
        if (href.Length > limits.MaxUrlLength) reason = "its URL is too long";
        else if (!Uri.TryCreate(page, href, out url)) reason = "its URL can't be read";
        else if (!IsHttp(url)) reason = "its URL is not http or https";
        else if (url.UserInfo.Length > 0) reason = "its URL names a user";
        return reason is null;
    }

    /// <summary>The last component of the URL's path, unescaped; empty for a directory.</summary>
    public static string LastComponent(Uri url)
    {
        var path = url.AbsolutePath;
        var last = path[(path.LastIndexOf('/') + 1)..];
        return last.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(last) : last;
    }

    /// <summary>Whether the path's last component is this filename; the common one, with nothing escaped, is not copied.</summary>
    private static bool EndsIn(ReadOnlySpan<char> path, string filename)
    {
        var last = path[(path.LastIndexOf('/') + 1)..];
        return last.SequenceEqual(filename) || (last.Contains('%') && Uri.UnescapeDataString(last) == filename);
    }

    /// <summary>Whether the URL's scheme is one that files are fetched by.</summary>
    public static bool IsHttp(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp;

    private static string? CheckFilename(string filename, PageLimits limits)
    {
        if (filename.Length == 0) return "it has no filename";
        if (filename.Length > limits.MaxFilenameLength) return "its filename is too long";
        if (filename[0] is '.' or '-' || filename.AsSpan().ContainsAnyExcept(FilenameCharacters)) return "its filename is unsafe";
        // "<file>.metadata" is where the core metadata of <file> is served.
        return filename.EndsWith(".metadata", StringComparison.OrdinalIgnoreCase) ? "its filename is that of core metadata" : null;
    }
}
