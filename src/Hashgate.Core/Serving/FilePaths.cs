using System.Buffers;
using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving;

/// <summary>
/// Where Hashgate serves an upstream's file: PyPI's at the very paths that PyPI uses, so that a lock file's URL works with only the
/// host changed, all others below the upstream's name. A link never changes while the upstream's URL stays.
/// </summary>
public static class FilePaths
{
    /// <summary>What a file that Hashgate serves may be called; every filename that indexes really list fits.</summary>
    private static readonly SearchValues<char> FilenameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+!-");

    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+!~/-");

    /// <summary>Whether a filename may stand in a path of ours.</summary>
    public static bool IsServable(string filename) =>
        filename.Length is > 0 and <= 255 && filename[0] != '.' && !filename.AsSpan().ContainsAnyExcept(FilenameCharacters);

    /// <summary>The file's path on Hashgate, without leading slash and unescaped: <c>packages/…</c> or <c>files/&lt;upstream&gt;/…</c>.</summary>
    public static string LocalPath(Upstream upstream, ProjectFile file)
    {
        var path = file.Url.Path;
        if (path.Contains('%')) path = path.ToString().Replace("%2B", "+", StringComparison.OrdinalIgnoreCase).Replace("%21", "!", StringComparison.Ordinal);
        if (!IsPlain(path, file.Filename)) path = $"/_/{Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(file.Url.AbsoluteUri))}/{file.Filename}";
        return upstream.Name == Upstream.PyPI && path.StartsWith("/packages/", StringComparison.Ordinal)
            ? path[1..].ToString()
            : string.Concat("files/", upstream.Name, path);
    }

    /// <summary>Escapes a local path for use in a link.</summary>
    public static string Escape(string localPath) => ServedLink.Escape(localPath);

    private static bool IsPlain(ReadOnlySpan<char> path, string filename) =>
        path.Length <= 1024
        && !path.ContainsAnyExcept(PathCharacters)
        && !path.Contains("//", StringComparison.Ordinal)
        && !path.Contains("/.", StringComparison.Ordinal)
        && path.EndsWith(filename, StringComparison.Ordinal)
        && path[..^filename.Length] is [.., '/'];
}
