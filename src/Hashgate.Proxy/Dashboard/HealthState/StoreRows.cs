using System.Globalization;
using Hashgate.Core.Downloads;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Dashboard.HealthState;

/// <summary>Asks each store a small question.</summary>
internal sealed class StoreRows(ITrustStore trust, IPolicyStore policy, IEventLog events, IDownloadLog downloads, HashgateSettings settings)
{
    /// <summary>One that hangs must not keep the page.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>No project has this name for long: a question whose answer is empty.</summary>
    private static readonly ProjectName Nobody = ProjectName.Parse("hashgate-health");

    public async Task<IReadOnlyList<StoreRow>> ReadAsync(CancellationToken cancellationToken) => await Task.WhenAll(
        RowAsync("Trust records", "trust.db", async token => Sequence((await trust.GetStatesAsync(token)).Sum(b => b.Sequence)), cancellationToken),
        RowAsync("Waivers, flags, entries", "policy.db", async token => Sequence((await policy.GetStateAsync(token)).Sequence), cancellationToken),
        RowAsync("Events", "events.db", async token => (await events.QueryAsync(new EventQuery(Limit: 1), token)).Events is [var newest] ? $"newest of {newest.Event.When.UtcDateTime:yyyy-MM-dd HH:mm}" : "none yet", cancellationToken),
        RowAsync("Downloads", "downloads.db", CountNobodyAsync, cancellationToken));

    private async Task<string?> CountNobodyAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in downloads.ReadAsync(new DownloadQuery(Project: Nobody), cancellationToken)) break;
        return null;
    }

    private async Task<StoreRow> RowAsync(string name, string file, Func<CancellationToken, Task<string?>> ask, CancellationToken cancellationToken)
    {
        var (where, bytes) = settings.Trust.UsesRedis ? ($"Redis, keys below {settings.Trust.Redis.KeyPrefix}", (long?)null) : Measure(Path.Combine(settings.DataDirectory, file));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return new StoreRow(name, where, null, bytes, await ask(patience.Token));
        }
        catch (StoreUnavailableException error)
        {
            return new StoreRow(name, where, error.Message, bytes, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new StoreRow(name, where, $"no answer within {Patience.TotalSeconds} seconds", bytes, null);
        }
    }

    /// <summary>The database and what is not yet put into it.</summary>
    private static (string Where, long? Bytes) Measure(string path) =>
        (path, new[] { path, path + "-wal" }.Select(p => new FileInfo(p)).Where(f => f.Exists).Sum(f => f.Length));

    private static string Sequence(long sequence) => string.Create(CultureInfo.InvariantCulture, $"at change {sequence:n0}");
}
