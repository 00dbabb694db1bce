using Hashgate.Core.Policy;

namespace Hashgate.Proxy.ClientTokens;

/// <summary>A token that is known here, expired or not.</summary>
internal sealed class TokenInForce(ClientToken token, TokenMark mark)
{
    private readonly long _expires = token.Expires?.UtcTicks ?? long.MaxValue;

    public ClientToken Token => token;

    /// <summary>When it was last seen here.</summary>
    public TokenMark Mark => mark;

    public bool IsExpired(DateTimeOffset now) => now.UtcTicks >= _expires;

    /// <summary>How events name its bearer.</summary>
    public string Actor { get; } = "token " + token.Label;
}

/// <summary>When a token was last seen by this replica, and what of that is written; it stays when the tokens are read anew.</summary>
internal sealed class TokenMark
{
    private long _seen;
    private long _written;

    /// <summary>When it was last seen, to the minute; null: not since this process started.</summary>
    public DateTimeOffset? LastSeen => Volatile.Read(ref _seen) is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>It is used. Requests at once seldom write the same memory: a minute is exact enough.</summary>
    public void See(DateTimeOffset now)
    {
        if (now.UtcTicks - Volatile.Read(ref _seen) >= TimeSpan.TicksPerMinute) Volatile.Write(ref _seen, now.UtcTicks);
    }

    /// <summary>What is to be written: null where that would tell no more than what was, give or take <paramref name="precision"/>.</summary>
    public DateTimeOffset? Unwritten(TimeSpan precision) =>
        Volatile.Read(ref _seen) - Volatile.Read(ref _written) >= precision.Ticks ? LastSeen : null;

    /// <summary>It stands in the store that it was used then, or later.</summary>
    public void Written(DateTimeOffset when) => Volatile.Write(ref _written, when.UtcTicks);
}
