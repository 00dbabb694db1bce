using System.Buffers;

namespace Hashgate.Core.Packaging;

/// <summary>
/// Reads the filenames of one project's page. What build tools write, all but a few, is read in one pass and with the version that the file
/// before had; anything else goes to the grammars, which say the same of both.
/// </summary>
public sealed class PageFilenames(ProjectName project)
{
    private static readonly SearchValues<char> TagCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.");

    private readonly string _keyStart = FileKey.StartOf(project);
    private PackageVersion? _last;

    /// <summary>Reads a filename found on the page.</summary>
    public DistributionFilename Read(string filename) => ReadCommon(filename) ?? DistributionFilename.ReadAny(project, filename);

    /// <summary>A wheel or sdist of this project whose tags, if it has any, are spelled as a key has them; null for all else.</summary>
    private DistributionFilename? ReadCommon(ReadOnlySpan<char> filename)
    {
        var name = project.Value.Length;
        if (filename.Length > DistributionFilename.MaxLength || filename.Length <= name || filename[name] != '-') return null;
        var rest = filename[(name + 1)..];
        var isWheel = rest.EndsWith(".whl", StringComparison.Ordinal);
        if (!IsName(filename[..name], isWheel)) return null;
        var end = isWheel ? rest.IndexOf('-')
            : rest.EndsWith(".tar.gz", StringComparison.Ordinal) ? rest.Length - ".tar.gz".Length
            : -1;
        if (end < 0 || (isWheel && !AreTags(rest[(end + 1)..^".whl".Length])) || VersionOf(rest[..end]) is not { } version) return null;
        return new DistributionFilename(
            isWheel ? DistributionKind.Wheel : DistributionKind.Sdist, version, null, new FileKey(string.Concat(_keyStart, version.Canonical, rest[end..])));
    }

    /// <summary>Whether this is the project's name, each separator of it any one that the kind of file may have there.</summary>
    private bool IsName(ReadOnlySpan<char> text, bool isWheel)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var (c, expected) = (text[i], project.Value[i]);
            var isSame = expected == '-' ? c is '_' or '.' || (c == '-' && !isWheel) : TextRules.AsciiLower(c) == expected;
            if (!isSame) return false;
        }
        return true;
    }

    /// <summary>Whether these are three sets of tags, without a build number before them, as <see cref="WheelTagSet"/> writes them.</summary>
    private static bool AreTags(ReadOnlySpan<char> text)
    {
        var abi = text.IndexOf('-');
        if (abi < 0) return false;
        var platform = text[(abi + 1)..].IndexOf('-');
        return platform >= 0 && AreMembers(text[..abi], isInterpreter: true) && AreMembers(text.Slice(abi + 1, platform), false) && AreMembers(text[(abi + platform + 2)..], false);
    }

    /// <summary>Whether the members are sorted, each once, in lower case.</summary>
    private static bool AreMembers(ReadOnlySpan<char> set, bool isInterpreter)
    {
        if (set.ContainsAnyExcept(TagCharacters)) return false;
        var before = ReadOnlySpan<char>.Empty;
        while (true)
        {
            var dot = set.IndexOf('.');
            var member = dot < 0 ? set : set[..dot];
            if (member.IsEmpty || before.SequenceCompareTo(member) >= 0 || (isInterpreter && char.IsAsciiDigit(member[0]))) return false;
            if (dot < 0) return true;
            before = member;
            set = set[(dot + 1)..];
        }
    }

    private PackageVersion? VersionOf(ReadOnlySpan<char> text)
    {
        if (_last is { } last && text.SequenceEqual(last.ToString())) return last;
        return PackageVersion.TryParse(text, out var version) ? _last = version : null;
    }
}
