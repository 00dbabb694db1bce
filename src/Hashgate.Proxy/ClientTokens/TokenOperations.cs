using System.Text;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.ClientTokens;

/// <summary>What operators do with client tokens; in force here at once, on other replicas at their next look, and always on record first.</summary>
internal sealed class TokenOperations(IPolicyStore store, PolicyWatch watch, TokensInForce tokens, TokenUses uses, Acts acts, TimeProvider time, ILogger<TokenOperations> logger)
{
    public const int MaxLabel = 100;
    public const int MaxReason = 1000;

    /// <summary>The most tokens kept, expired ones included.</summary>
    public const int MaxCount = 10_000;

    /// <summary>Every token, the newest first.</summary>
    public async Task<IReadOnlyList<ClientTokenRow>> ListAsync(CancellationToken cancellationToken)
    {
        var documents = await store.ListAsync(PolicyDocumentKinds.ClientToken, cancellationToken);
        var (known, used) = (PolicyDocuments.Read(documents, static () => PolicyJson.Default.ClientToken, logger), await uses.ReadAsync(cancellationToken));
        var seen = tokens.All.ToDictionary(t => t.Token.Id, t => t.Mark.LastSeen);
        return [.. known.OrderByDescending(t => t.Created).ThenBy(t => t.Id, StringComparer.Ordinal).Select(t => Row(t, Later(seen.GetValueOrDefault(t.Id), used.TryGetValue(t.Id, out var told) ? told : null)))];
    }

    /// <summary>Makes a token; null with the reason where the request is wrong. The only time that the token itself is told.</summary>
    public async Task<(NewClientToken? Made, string? Why)> CreateAsync(ClientTokenRequest request, string actor, CancellationToken cancellationToken)
    {
        if (Problem(request) is { } problem) return (null, problem);
        if ((await store.ListAsync(PolicyDocumentKinds.ClientToken, cancellationToken)).Count >= MaxCount) return (null, $"There are {MaxCount} tokens already: revoke those that have expired.");
        var secret = TokenText.Create();
        var token = new ClientToken
        {
            Id = PolicyDocuments.NewId(),
            Label = request.Label!.Trim(),
            Sha256 = Sha256Digest.Of(Encoding.ASCII.GetBytes(secret)),
            Actor = actor,
            Created = time.GetUtcNow(),
            Expires = request.Expires?.ToUniversalTime(),
        };
        return await acts.DoAsync<(NewClientToken?, string?)>(Act(EventKinds.TokenCreated, actor, $"made the token {token.Label} ({token.Id}), {Until(token)}"), async () =>
        {
            if (!await store.PutAsync(Document(token), cancellationToken)) throw new InvalidOperationException($"There is a token {token.Id} already.");
            await watch.RefreshAsync(cancellationToken);
            return (NewClientToken.Of(Row(token, null), secret), null);
        });
    }

    /// <summary>Revokes a token; false where there is none.</summary>
    /// <param name="why">For the record, where somebody said.</param>
    public async Task<bool> RevokeAsync(string id, string actor, string? why, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(PolicyDocumentKinds.ClientToken, id, cancellationToken) is not { } document) return false;
        var what = PolicyDocuments.Read([document], static () => PolicyJson.Default.ClientToken, logger) is [var token]
            ? $"revoked the token {token.Label} ({token.Id}) that {token.Actor} made"
            : $"revoked the token {document.Id}, which can't be read";
        return await acts.DoAsync(
            Act(EventKinds.TokenRevoked, actor, why is null ? what : $"{what}; because {why}"),
            async () =>
            {
                if (!await store.RemoveAsync(document, cancellationToken)) return false;
                await watch.RefreshAsync(cancellationToken);
                if (await store.GetAsync(PolicyDocumentKinds.ClientTokenUse, id, cancellationToken) is { } use) await store.RemoveAsync(use, cancellationToken);
                return true;
            },
            removed => removed ? null : $"not done, because somebody else was quicker: {what}");
    }

    private string? Problem(ClientTokenRequest request) =>
        string.IsNullOrWhiteSpace(request.Label) ? "label is missing: say whom or what the token is for."
        : request.Label.Length > MaxLabel ? $"label is longer than {MaxLabel} characters."
        : request.Label.Any(Html.IsInvisible) ? "label has a character that can't be seen."
        : request.Expires <= time.GetUtcNow() ? "expires must be in the future."
        : null;

    private Event Act(string kind, string actor, string what) => new() { Kind = kind, When = time.GetUtcNow(), Actor = actor, Reason = what };

    private ClientTokenRow Row(ClientToken t, DateTimeOffset? lastUsed) => new(t.Id, t.Label, t.Actor, t.Created, t.Expires, t.Expires <= time.GetUtcNow(), lastUsed);

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    private static string Until(ClientToken token) => token.Expires is { } end ? $"until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "without end";

    private static PolicyDocument Document(ClientToken token) => new(PolicyDocumentKinds.ClientToken, token.Id, JsonSerializer.Serialize(token, PolicyJson.Default.ClientToken));
}

/// <summary>Make a token.</summary>
/// <param name="Label">Whom or what it is for, up to 100 characters; events name it.</param>
/// <param name="Expires">When it ends by itself, in the future; none: when it is revoked.</param>
public sealed record ClientTokenRequest(string? Label, DateTimeOffset? Expires);

/// <summary>A token as the API shows it.</summary>
/// <param name="Actor">Who made it.</param>
/// <param name="Expired">It is past its end and opens nothing any more.</param>
/// <param name="LastUsed">To the hour; null: never.</param>
public sealed record ClientTokenRow(string Id, string Label, string Actor, DateTimeOffset Created, DateTimeOffset? Expires, bool Expired, DateTimeOffset? LastUsed);

/// <summary>A token that was just made.</summary>
/// <param name="Token">The token itself, which nobody can be told again.</param>
public sealed record NewClientToken(string Id, string Label, string Actor, DateTimeOffset Created, DateTimeOffset? Expires, string Token)
{
    internal static NewClientToken Of(ClientTokenRow row, string token) => new(row.Id, row.Label, row.Actor, row.Created, row.Expires, token);
}
