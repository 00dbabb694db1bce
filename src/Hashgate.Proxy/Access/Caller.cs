namespace Hashgate.Proxy.Access;

/// <summary>A caller and what they may do.</summary>
/// <param name="Name">Stands in the records as the actor.</param>
public sealed record Caller(string Name, Role Role)
{
    /// <summary>Nobody that is known.</summary>
    public static Caller Anyone { get; } = new("anyone", Role.None);

    /// <summary>What the name and the role rest on.</summary>
    public CallerProof Proof { get; init; }

    /// <summary>Whether the name is one person's or script's, and not that of whoever can reach this address.</summary>
    public bool IsSignedIn => Proof >= CallerProof.Token;

    /// <summary>Whether the browser sends the proof by itself, with a request that another site's page made as with any other.</summary>
    public bool IsAmbient => Proof is CallerProof.Session or CallerProof.SingleSignOn;

    /// <summary>Why a proof that came along was not looked at, in a sentence for the caller; null where there is nothing to tell.</summary>
    public string? Trouble { get; init; }
}

/// <summary>What a caller's name rests on.</summary>
public enum CallerProof
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>They are on this machine.</summary>
    Address,

    /// <summary>A token in the request's own header.</summary>
    Token,

    /// <summary>A session's cookie.</summary>
    Session,

    /// <summary>The headers of a trusted proxy.</summary>
    SingleSignOn,
}
