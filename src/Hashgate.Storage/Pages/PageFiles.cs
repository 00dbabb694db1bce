using System.Text;
using Hashgate.Core.Packaging;

namespace Hashgate.Storage.Pages;

/// <summary>
/// The files of one page: <c>&lt;upstream&gt;/&lt;xx&gt;/&lt;project&gt;.head</c> and, named by its digest, <c>&lt;project&gt;.&lt;digest&gt;.page</c>. A project's
/// name has no dot, so no page's files match another's pattern.
/// </summary>
internal readonly struct PageFiles
{
    /// <summary>The longest name that is used as it is; file systems end at 255 bytes.</summary>
    private const int MaxStem = 150;

    private readonly string _stem;

    public PageFiles(string root, string upstream, ProjectName project)
    {
        if (!IsSafe(upstream)) throw new ArgumentException($"'{upstream}' is no upstream's name.", nameof(upstream));
        var digest = Sha256Digest.Of(Encoding.UTF8.GetBytes(project.Value)).ToString();
        _stem = project.Value.Length <= MaxStem ? project.Value : $"{project.Value[..100]}~{digest[..32]}";
        Directory = Path.Combine(root, upstream, digest[..2]);
    }

    public string Directory { get; }

    /// <summary>Whose page a header is, by its path alone, as all but the longest names are told; null where the header itself must be asked.</summary>
    public static (string Upstream, ProjectName Project)? TryTell(string root, string header)
    {
        var parts = Path.GetRelativePath(root, header).Split(Path.DirectorySeparatorChar);
        if (parts.Length != 3 || !IsSafe(parts[0]) || !ProjectName.TryParse(Path.GetFileNameWithoutExtension(parts[2]), out var project)) return null;
        // One that lies elsewhere than it would be put is somebody else's doing.
        return new PageFiles(root, parts[0], project).Header == header ? (parts[0], project) : null;
    }

    public string Header => Path.Combine(Directory, _stem + ".head");

    public string Body(PageHeader header) => Path.Combine(Directory, $"{_stem}.{header.Body[..16]}.page");

    /// <summary>Every file of the page, unfinished ones of a crash among them.</summary>
    public IEnumerable<string> All() => System.IO.Directory.Exists(Directory) ? System.IO.Directory.EnumerateFiles(Directory, _stem + ".*") : [];

    private static bool IsSafe(string upstream) =>
        upstream.Length > 0 && upstream.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
