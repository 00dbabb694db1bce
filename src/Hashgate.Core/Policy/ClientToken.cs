using Hashgate.Core.Packaging;

namespace Hashgate.Core.Policy;

/// <summary>A token that installers read with, as it is kept: what is needed to know it again, and never the secret itself.</summary>
public sealed record ClientToken
{
    public required string Id { get; init; }

    /// <summary>Whom or what it was made for; several tokens may have the same.</summary>
    public required string Label { get; init; }

    /// <summary>
    /// The digest of the whole token. A slow hash is for secrets that people think up: nobody finds 178 random bits by trying, however fast each try is, and every
    /// replica must be able to tell a token in the time of a request.
    /// </summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Who made it.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>From when on it no longer counts; null: it counts until it is revoked.</summary>
    public DateTimeOffset? Expires { get; init; }
}

/// <summary>When a token was last seen, to the hour: a document of its own, so that no replica reads the tokens anew for it.</summary>
public sealed record ClientTokenUse(DateTimeOffset LastUsed);
