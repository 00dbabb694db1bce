using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Proxy.ClientTokens;

/// <summary>
/// The tokens that this replica knows, ready to be asked for: by the header's text, and where that is new by the digest of the token in it. Neither
/// look-up takes a time that tells anything of a token: a guess meets another's text only if it has its hash code, and its digest only if it is the token.
/// </summary>
internal sealed class TokensInForce(TimeProvider time)
{
    /// <summary>The user name that goes with a token.</summary>
    public const string User = "__token__";

    /// <summary>A longer header has no token of ours, whatever is wrapped around it.</summary>
    private const int MaxHeader = 256;

    private const string Scheme = "Basic ";

    private volatile Table _table = new([]);

    /// <summary>How many are in force.</summary>
    public int Count => All.Count(t => !t.IsExpired(time.GetUtcNow()));

    /// <summary>Every token, expired ones included.</summary>
    public IReadOnlyList<TokenInForce> All => _table.ByDigest.Values;

    /// <summary>Puts these in the place of those that were known.</summary>
    public void Replace(IReadOnlyList<ClientToken> tokens)
    {
        var marks = All.ToDictionary(t => t.Token.Id, t => t.Mark);
        _table = new Table(tokens.DistinctBy(t => t.Sha256).Select(t => new TokenInForce(t, marks.GetValueOrDefault(t.Id) ?? new TokenMark())));
    }

    /// <summary>What an Authorization header is worth.</summary>
    /// <param name="header">Empty where the request has none.</param>
    public TokenCheck Check(string header)
    {
        var table = _table;
        if (table.ByHeader.TryGetValue(header, out var known)) return Judge(known);
        return header.Length == 0 ? new TokenCheck(TokenState.Missing) : Read(header, table);
    }

    private TokenCheck Read(string header, Table table)
    {
        if (header.Length > MaxHeader || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return new TokenCheck(TokenState.Foreign);
        Span<byte> decoded = stackalloc byte[MaxHeader];
        if (!Convert.TryFromBase64Chars(header.AsSpan(Scheme.Length).Trim(' '), decoded, out var length)) return new TokenCheck(TokenState.Foreign);
        var credentials = decoded[..length];
        if (!credentials.StartsWith("__token__:"u8)) return new TokenCheck(TokenState.Foreign);
        var text = credentials["__token__:"u8.Length..];
        if (!TokenText.IsWhole(text)) return new TokenCheck(TokenState.Malformed);
        if (!table.ByDigest.TryGetValue(Sha256Digest.Of(text), out var token)) return new TokenCheck(TokenState.Unknown);
        // Of the spellings of one token only the one that all clients send is remembered: there are never more of them than tokens.
        if (header == HeaderOf(Encoding.ASCII.GetString(text))) table.ByHeader[header] = token;
        return Judge(token);
    }

    /// <summary>The header that clients send with a token.</summary>
    public static string HeaderOf(string token) => Scheme + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{token}"));

    private TokenCheck Judge(TokenInForce token)
    {
        var now = time.GetUtcNow();
        if (token.IsExpired(now)) return new TokenCheck(TokenState.Expired, token);
        token.Mark.See(now);
        return new TokenCheck(TokenState.InForce, token);
    }

    /// <summary>One reading of the tokens: what was looked up in it goes with it.</summary>
    private sealed class Table(IEnumerable<TokenInForce> tokens)
    {
        public FrozenDictionary<Sha256Digest, TokenInForce> ByDigest { get; } = tokens.ToFrozenDictionary(t => t.Token.Sha256);

        public ConcurrentDictionary<string, TokenInForce> ByHeader { get; } = new(StringComparer.Ordinal);
    }
}

/// <summary>What a request's header is worth.</summary>
/// <param name="Token">Where one of ours was sent, expired or not.</param>
internal readonly record struct TokenCheck(TokenState State, TokenInForce? Token = null);

internal enum TokenState
{
    /// <summary>There is no header.</summary>
    Missing,

    /// <summary>A header that has no token of the kind in it: another scheme, another user name.</summary>
    Foreign,

    /// <summary>No whole token: mistyped, or cut off.</summary>
    Malformed,

    /// <summary>A token that isn't known: revoked, or another Hashgate's.</summary>
    Unknown,

    Expired,

    InForce,
}
