using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Hashgate.Core.Packaging;

/// <summary>
/// A version (PEP 440): every spelling read, numbers of any size, one total order. Equal are versions that the standard
/// calls equal, <c>1.0</c> and <c>v1.0.0</c> among them. Text that is no version, as old indexes hold it, is no
/// <see cref="PackageVersion"/>: whoever needs it keeps the string.
/// </summary>
public sealed class PackageVersion : IComparable<PackageVersion>, IEquatable<PackageVersion>
{
    /// <summary>
    /// The longest text read, in characters without white space around it. PEP 440 sets no limit, but installers do: the
    /// reference implementation's numbers end at 4300 digits.
    /// </summary>
    public const int MaxLength = 4096;

    private readonly VersionParts _parts;

    // How much of the release is left without its trailing zeros, which mean nothing.
    private readonly int _significant;

    private string? _text, _canonical;

    private PackageVersion(in VersionParts parts)
    {
        _parts = parts;
        _significant = parts.Release.Length;
        while (_significant > 1 && parts.Release[_significant - 1].IsZero) _significant--;
    }

    /// <summary>0 where the text names none.</summary>
    public VersionNumber Epoch => _parts.Epoch;

    /// <summary>The release segment as written, trailing zeros included; never empty.</summary>
    public IReadOnlyList<VersionNumber> Release => _parts.Release;

    public PreRelease? Pre => _parts.Pre;

    public VersionNumber? Post => _parts.Post;

    public VersionNumber? Dev => _parts.Dev;

    /// <summary>The local segment, normalized.</summary>
    public string? Local => _parts.Local;

    /// <summary>Whether this is a pre-release in the standard's sense; developmental releases are.</summary>
    public bool IsPrerelease => Pre is not null || Dev is not null;

    public bool IsPostrelease => Post is not null;

    public bool IsDevrelease => Dev is not null;

    /// <summary>The normalized text without the local segment.</summary>
    public string Public => Write(_parts with { Local = null }, _parts.Release);

    /// <summary>The normalized epoch and release alone.</summary>
    public string BaseVersion => Write(new VersionParts { Epoch = Epoch }, _parts.Release);

    /// <summary>The one text that all equal versions share: normalized, without the release's trailing zeros.</summary>
    public string Canonical => _canonical ??= _significant == _parts.Release.Length ? ToString() : Write(_parts, _parts.Release.AsSpan(0, _significant));

    /// <summary>Reads any spelling that PEP 440 allows, white space around it included.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PackageVersion? version)
    {
        version = VersionReader.TryRead(text, out var parts) ? new PackageVersion(parts) : null;
        return version is not null;
    }

    /// <summary>Reads any spelling that PEP 440 allows, white space around it included.</summary>
    /// <exception cref="FormatException">The text is not a version.</exception>
    public static PackageVersion Parse(string text) =>
        TryParse(text, out var version) ? version : throw new FormatException($"'{text}' is not a version.");

    /// <summary>Epoch, release, pre (a lone .dev before it, none after), post (none before), dev (none after), local (none before).</summary>
    public int CompareTo(PackageVersion? other)
    {
        if (other is null) return 1;
        var order = ComparePublic(other);
        return order != 0 ? order : CompareLocal(Local, other.Local);
    }

    /// <summary>The order without the local segments.</summary>
    internal int ComparePublic(PackageVersion other)
    {
        var order = CompareBase(other);
        if (order == 0) order = ComparePre(other);
        if (order == 0) order = Nullable.Compare(Post, other.Post);
        if (order != 0) return order;
        if (Dev is { } dev && other.Dev is { } otherDev) return dev.CompareTo(otherDev);
        return (Dev is null).CompareTo(other.Dev is null);
    }

    /// <summary>Whether epoch, release and pre-release are the same: one version with all its post-releases.</summary>
    internal bool SharesReleaseAndPre(PackageVersion other) => CompareBase(other) == 0 && Pre == other.Pre;

    /// <summary>Whether this version's epoch is <paramref name="prefix"/>'s, and its release begins with that one's first <paramref name="count"/> numbers.</summary>
    internal bool HasPrefix(PackageVersion prefix, int count)
    {
        if (Epoch != prefix.Epoch) return false;
        for (var i = 0; i < count; i++)
        {
            var own = i < _parts.Release.Length ? _parts.Release[i] : VersionNumber.Zero;
            if (own != prefix._parts.Release[i]) return false;
        }
        return true;
    }

    /// <summary>The earliest developmental release of this version, below everything else that leads to it.</summary>
    internal PackageVersion FirstDev() => new(_parts with { Dev = VersionNumber.Zero, Local = null });

    public bool Equals(PackageVersion? other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as PackageVersion);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Epoch);
        foreach (var number in _parts.Release.AsSpan(0, _significant)) hash.Add(number);
        hash.Add(Pre);
        hash.Add(Post);
        hash.Add(Dev);
        hash.Add(Local, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    /// <summary>The normalized text, trailing zeros kept.</summary>
    public override string ToString() => _text ??= Write(_parts, _parts.Release);

    public static bool operator ==(PackageVersion? a, PackageVersion? b) => a is null ? b is null : a.Equals(b);
    public static bool operator !=(PackageVersion? a, PackageVersion? b) => !(a == b);
    public static bool operator <(PackageVersion a, PackageVersion b) => a.CompareTo(b) < 0;
    public static bool operator <=(PackageVersion a, PackageVersion b) => a.CompareTo(b) <= 0;
    public static bool operator >(PackageVersion a, PackageVersion b) => a.CompareTo(b) > 0;
    public static bool operator >=(PackageVersion a, PackageVersion b) => a.CompareTo(b) >= 0;

    private int CompareBase(PackageVersion other)
    {
        var order = Epoch.CompareTo(other.Epoch);
        if (order != 0) return order;
        var common = Math.Min(_significant, other._significant);
        for (var i = 0; i < common; i++)
        {
            order = _parts.Release[i].CompareTo(other._parts.Release[i]);
            if (order != 0) return order;
        }
        return _significant.CompareTo(other._significant);
    }

    private int ComparePre(PackageVersion other)
    {
        var order = PreRank.CompareTo(other.PreRank);
        return order != 0 || Pre is not { } pre ? order : pre.Number.CompareTo(other.Pre!.Value.Number);
    }

    private int PreRank => Pre is { } pre ? (int)pre.Kind : Post is null && Dev is not null ? -1 : int.MaxValue;

    /// <summary>Segment by segment: numbers by value and above words, words by their text, a longer one above its own beginning.</summary>
    private static int CompareLocal(string? a, string? b)
    {
        if (a is null || b is null) return (a is not null).CompareTo(b is not null);
        ReadOnlySpan<char> restA = a, restB = b;
        while (!restA.IsEmpty && !restB.IsEmpty)
        {
            var segmentA = NextSegment(ref restA);
            var segmentB = NextSegment(ref restB);
            var numberA = !segmentA.ContainsAnyExceptInRange('0', '9');
            var order = numberA.CompareTo(!segmentB.ContainsAnyExceptInRange('0', '9'));
            if (order == 0) order = numberA ? VersionNumber.CompareDigits(segmentA, segmentB) : segmentA.SequenceCompareTo(segmentB);
            if (order != 0) return order;
        }
        return (!restA.IsEmpty).CompareTo(!restB.IsEmpty);
    }

    private static ReadOnlySpan<char> NextSegment(ref ReadOnlySpan<char> rest)
    {
        var dot = rest.IndexOf('.');
        var segment = dot < 0 ? rest : rest[..dot];
        rest = dot < 0 ? default : rest[(dot + 1)..];
        return segment;
    }

    private static string Write(in VersionParts parts, ReadOnlySpan<VersionNumber> release)
    {
        var text = new StringBuilder();
        if (!parts.Epoch.IsZero) text.Append(parts.Epoch).Append('!');
        text.Append(release[0]);
        foreach (var number in release[1..]) text.Append('.').Append(number);
        if (parts.Pre is { } pre) text.Append(pre);
        if (parts.Post is { } post) text.Append(".post").Append(post);
        if (parts.Dev is { } dev) text.Append(".dev").Append(dev);
        if (parts.Local is not null) text.Append('+').Append(parts.Local);
        return text.ToString();
    }
}
