using System.Runtime.InteropServices;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Downloads;

/// <summary>How far some files got: who was served them, with what, how often and when.</summary>
/// <param name="Since">The first day looked at (UTC).</param>
/// <param name="Downloads">How many there were.</param>
/// <param name="Clients">How many different addresses; of <paramref name="Holders"/> where that is cut.</param>
/// <param name="FirstDay">Null where nobody has any.</param>
/// <param name="Last">Null where nobody has any.</param>
/// <param name="Holders">Each client's files, who was served last first; <see cref="MaxHolders"/> at most.</param>
/// <param name="IsCut">There are more holders than are told of; the counts of downloads are of all.</param>
public sealed record BlastRadius(
    DateOnly Since, long Downloads, int Clients, int ClientsInCi, DateOnly? FirstDay, DateTimeOffset? Last, IReadOnlyList<FileHolder> Holders, bool IsCut)
{
    /// <summary>The most holders that are kept in memory; an export has all.</summary>
    public const int MaxHolders = 20_000;

    /// <summary>Sums recorded downloads up.</summary>
    /// <exception cref="Trust.StoreUnavailableException">The store can't be read.</exception>
    public static async Task<BlastRadius> OfAsync(DateOnly since, IAsyncEnumerable<Download> downloads, CancellationToken cancellationToken)
    {
        var holders = new Dictionary<(string, ProjectName, string, Sha256Digest?), FileHolder>();
        var (count, isCut) = (0L, false);
        DateOnly? first = null;
        DateTimeOffset? last = null;
        await foreach (var download in downloads.WithCancellation(cancellationToken))
        {
            count += download.Count;
            if (!(first <= download.Day)) first = download.Day;
            if (!(last >= download.Last)) last = download.Last;
            var key = (download.Client, download.Project, download.Filename, download.Sha256);
            if (holders.Count >= MaxHolders && !holders.ContainsKey(key))
            {
                isCut = true;
                continue;
            }
            ref var holder = ref CollectionsMarshal.GetValueRefOrAddDefault(holders, key, out _);
            holder = holder?.With(download) ?? FileHolder.Of(download);
        }
        var all = holders.Values.OrderByDescending(h => h.Last).ThenBy(h => h.Client, StringComparer.Ordinal).ThenBy(h => h.Filename, StringComparer.Ordinal).ToArray();
        return new BlastRadius(since, count, Different(all), Different(all.Where(h => h.Tool is { IsCi: true })), first, last, all, isCut);
    }

    private static int Different(IEnumerable<FileHolder> holders) => holders.Select(h => h.Client).Distinct().Count();
}

/// <summary>One client that was served one file.</summary>
/// <param name="Client">The client's address.</param>
/// <param name="Tool">The last that asked; null where its User-Agent names none.</param>
/// <param name="UserAgent">The last that asked; hostile text.</param>
/// <param name="Downloads">How often, 1 or more.</param>
public sealed record FileHolder(
    string Client, ProjectName Project, string? Version, string Filename, Sha256Digest? Sha256, ClientTool? Tool, string? UserAgent, long Downloads, DateOnly FirstDay, DateTimeOffset Last)
{
    internal static FileHolder Of(Download d) =>
        new(d.Client, d.Project, d.Version, d.Filename, d.Sha256, ClientTool.Of(d.UserAgent), d.UserAgent, d.Count, d.Day, d.Last);

    internal FileHolder With(Download d)
    {
        var sum = this with { Downloads = Downloads + d.Count, FirstDay = d.Day < FirstDay ? d.Day : FirstDay };
        return d.Last < Last ? sum : sum with { Last = d.Last, Tool = ClientTool.Of(d.UserAgent), UserAgent = d.UserAgent };
    }
}
