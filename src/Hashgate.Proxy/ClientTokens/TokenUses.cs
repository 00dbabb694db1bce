using System.Text.Json;
using Hashgate.Core.Policy;
using Hashgate.Core.Trust;

namespace Hashgate.Proxy.ClientTokens;

/// <summary>Keeps when each token was last used, to the hour: at most one write for a token, hour and replica, and none for a request.</summary>
internal sealed partial class TokenUses(TokensInForce tokens, IPolicyStore store, TimeProvider time, ILogger<TokenUses> logger) : BackgroundService
{
    public static readonly TimeSpan Precision = TimeSpan.FromHours(1);

    public static readonly TimeSpan WriteEvery = TimeSpan.FromMinutes(1);

    private readonly PeriodicTimer _turns = new(WriteEvery, time);

    /// <summary>When each token was last used as far as the store knows, by its id.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAsync(CancellationToken cancellationToken)
    {
        var uses = await store.ListAsync(PolicyDocumentKinds.ClientTokenUse, cancellationToken);
        return PolicyDocuments.Read(uses, static () => PolicyJson.Default.ClientTokenUse, static (document, use) => KeyValuePair.Create(document.Id, use.LastUsed), logger).ToDictionary();
    }

    /// <summary>Writes what isn't written yet.</summary>
    /// <exception cref="StoreUnavailableException">The store is away: the rest is written another time.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        foreach (var token in tokens.All)
        {
            if (token.Mark.Unwritten(Precision) is { } seen) token.Mark.Written(await WriteAsync(token.Token.Id, seen, cancellationToken));
        }
    }

    /// <summary>A last time, so that a replica that ends takes nothing with it.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _turns.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _turns.WaitForNextTickAsync(stoppingToken)) await TryWriteAsync(stoppingToken);
    }

    private async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (StoreUnavailableException error)
        {
            LogAway(error.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the process; it costs an hour's precision at most.
        }
    }

    /// <summary>Writes a use unless another replica told of a later one.</summary>
    /// <returns>What the store says then.</returns>
    private async Task<DateTimeOffset> WriteAsync(string id, DateTimeOffset seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            var document = await store.GetAsync(PolicyDocumentKinds.ClientTokenUse, id, cancellationToken) ?? new PolicyDocument(PolicyDocumentKinds.ClientTokenUse, id, "");
            if (document.Revision > 0 && PolicyDocuments.TryRead(document, PolicyJson.Default.ClientTokenUse, out var known, out _) && seen - known.LastUsed < Precision) return known.LastUsed;
            if (await store.PutAsync(document with { Json = JsonSerializer.Serialize(new ClientTokenUse(seen), PolicyJson.Default.ClientTokenUse) }, cancellationToken)) return seen;
        }
    }

    [LoggerMessage(4601, LogLevel.Warning, "When tokens were last used can't be written now, and is tried again: {Problem}")]
    private partial void LogAway(string problem);
}
