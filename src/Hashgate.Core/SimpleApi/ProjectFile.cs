using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.SimpleApi;

/// <summary>One file as its project's page lists it.</summary>
public sealed record ProjectFile
{
    private readonly IReadOnlyDictionary<string, string>? _hashes;

    /// <summary>The last path component of <see cref="Url"/>, unescaped.</summary>
    public required string Filename { get; init; }

    /// <summary>Where the upstream says the file is: absolute, without fragment.</summary>
    public required FileUrl Url { get; init; }

    /// <summary>Every digest the page names, by lower case algorithm, as lower case hexadecimal. May be empty.</summary>
    public IReadOnlyDictionary<string, string> Hashes { get => _hashes ?? FileHashes.Only(Sha256); init => _hashes = value; }

    /// <summary>The <c>sha256</c> of <see cref="Hashes"/> where it is one. Most pages name no other digest, and then this is all that is held of them.</summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary>Whether <see cref="Hashes"/> are <see cref="Sha256"/> and nothing else, so that nobody need ask for them.</summary>
    internal bool NamesOnlySha256 => _hashes is null;

    /// <summary><c>size</c> in bytes (1.1 and later).</summary>
    public long? Size { get; init; }

    /// <summary><c>upload-time</c> (1.1 and later), UTC, to the microsecond.</summary>
    public DateTimeOffset? UploadTime { get; init; }

    /// <summary><c>requires-python</c>: a claim of the uploader, passed on as it is.</summary>
    public string? RequiresPython { get; init; }

    /// <summary><c>yanked</c> (PEP 592).</summary>
    public Yank Yanked { get; init; }

    /// <summary>Whether the upstream offers <c>&lt;url&gt;.metadata</c> (PEP 658/714), and under which digest.</summary>
    public CoreMetadata? CoreMetadata { get; init; }

    /// <summary>The keys under which the upstream told so, even where it told <c>false</c>: none is invented when passed on.</summary>
    public CoreMetadataKeys CoreMetadataKeys { get; init; }

    /// <summary><c>provenance</c> (PEP 740): where the upstream keeps it.</summary>
    public Uri? Provenance { get; init; }

    /// <summary><c>gpg-sig</c>.</summary>
    public bool? GpgSig { get; init; }

    /// <summary>Keys that this model does not know, kept to be passed on.</summary>
    public IReadOnlyDictionary<string, JsonElement> Extra { get; init; } = System.Collections.Frozen.FrozenDictionary<string, JsonElement>.Empty;
}

/// <summary>Whether a file is yanked, and why, where a reason is told (PEP 592). The default value is not yanked.</summary>
public readonly record struct Yank(bool IsYanked, string? Reason)
{
    public static readonly Yank No;

    /// <summary>Yanked for this reason; an empty one is none.</summary>
    public static Yank For(string? reason) => new(true, string.IsNullOrEmpty(reason) ? null : reason);
}

/// <summary>A file's core metadata as the page promises it; no digest means <c>true</c>, which proves nothing.</summary>
public readonly record struct CoreMetadata(Sha256Digest? Sha256);

/// <summary>The spellings of the core metadata key that indexes use (PEP 714).</summary>
[Flags]
public enum CoreMetadataKeys
{
    None = 0,

    /// <summary><c>core-metadata</c>, <c>data-core-metadata</c> in HTML.</summary>
    CoreMetadata = 1,

    /// <summary><c>data-dist-info-metadata</c>: HTML's legacy attribute, and PyPI's own key in JSON.</summary>
    DataDistInfoMetadata = 2,

    /// <summary><c>dist-info-metadata</c>: the specification's legacy key in JSON, which crashes pip 22.3 to 23.0.1.</summary>
    DistInfoMetadata = 4,
}
