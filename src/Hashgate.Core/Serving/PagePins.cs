using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving;

/// <summary>Holds every claim of a page against the trust records, in one round trip, and tells what was new or changed.</summary>
public sealed class PagePins(TrustLedger ledger, VanishedFiles vanished, IEventLog events, TimeProvider time)
{
    /// <summary>The files with their pins. Where the store is away, what <paramref name="previous"/> knew still holds.</summary>
    public async Task<IReadOnlyList<FileFacts>> PinAsync(Upstream upstream, ProjectPage page, IReadOnlyList<FileFacts> files, ProjectView? previous)
    {
        var claims = new List<FileClaim>(files.Count);
        foreach (var file in files)
        {
            if (IsClaimed(file)) claims.Add(Claim(file));
        }
        var pinned = (await ledger.PinAsync(upstream.Name, page.Project, claims, CancellationToken.None)).Pins;
        if (upstream.Replaceable.Matches(page.Project)) pinned = await AcceptReplacedAsync(upstream, page.Project, claims, pinned);
        var unclaimed = await RecordsOfUnclaimedAsync(page.Project, files);

        // Only where the store is away are any looked for.
        var known = new Lazy<Dictionary<FileKey, TrustRecord>?>(() => previous?.Facts.Files.Where(f => f.Record is not null).DistinctBy(f => f.Name.Key).ToDictionary(f => f.Name.Key, f => f.Record!));
        var facts = new FileFacts[files.Count];
        var next = 0;
        for (var i = 0; i < facts.Length; i++)
        {
            var file = files[i];
            if (IsClaimed(file))
            {
                var pin = pinned[next++];
                facts[i] = file with { Pin = pin.Outcome == PinOutcome.Unrecorded && known.Value?.GetValueOrDefault(file.Name.Key) is { } record ? Hold(file, record) : pin };
            }
            else
            {
                facts[i] = unclaimed?.GetValueOrDefault(file.Name.Key) is { } record ? file with { Pin = Hold(file, record) } : file;
            }
        }
        Tell(upstream, page.Project, facts, previous);
        return facts;
    }

    private static bool IsClaimed(FileFacts file) => file.File.Sha256 is not null && !file.Name.IsForeign;

    /// <summary>The claim that an index's entry makes; only for files with a sha256.</summary>
    public static FileClaim Claim(FileFacts file) => new(
        file.Name.Key, file.File.Filename, file.File.Sha256!.Value, file.File.Size, file.File.Url.AbsoluteUri, file.File.UploadTime, file.File.CoreMetadata?.Sha256);

    /// <summary>What an index's entry says, held against its record; the entry of a file without a sha256 contradicts nothing.</summary>
    internal static Pin Hold(FileFacts file, TrustRecord record) => new(
        file.File.Sha256 is not { } claimed || claimed == record.Sha256 ? PinOutcome.Same : PinOutcome.Changed,
        record,
        file.File is { Sha256: not null, CoreMetadata.Sha256: { } metadata } && record.CoreMetadata is { } recorded && metadata != recorded);

    /// <summary>Files without a claimed sha256 may have been recorded by their content, or when the index still claimed one.</summary>
    private async Task<Dictionary<FileKey, TrustRecord>?> RecordsOfUnclaimedAsync(ProjectName project, IReadOnlyList<FileFacts> files)
    {
        if (!files.Any(f => f.File.Sha256 is null)) return null;
        try
        {
            return (await ledger.GetProjectAsync(project, CancellationToken.None)).ToDictionary(r => r.Key);
        }
        catch (StoreUnavailableException)
        {
            return null; // Unknown is as good as unrecorded: the file is refused, or its first use is.
        }
    }

    private async Task<IReadOnlyList<Pin>> AcceptReplacedAsync(Upstream upstream, ProjectName project, List<FileClaim> claims, IReadOnlyList<Pin> pinned)
    {
        var accepted = pinned.ToArray();
        for (var i = 0; i < accepted.Length; i++)
        {
            if (accepted[i].Outcome != PinOutcome.Changed) continue;
            var word = new TrustOverride(project, claims[i].Key, claims[i].Sha256, false, claims[i].Size, claims[i].Url, "settings", $"Upstreams:{upstream.Name}:Replaceable", time.GetUtcNow());
            if ((await ledger.AcceptAsync(word, CancellationToken.None)).Record is { } record && record.Sha256 == claims[i].Sha256) accepted[i] = new Pin(PinOutcome.Same, record, false);
        }
        return accepted;
    }

    private void Tell(Upstream upstream, ProjectName project, FileFacts[] files, ProjectView? previous)
    {
        var fresh = files.Count(f => f.Pin is { Outcome: PinOutcome.New });
        if (fresh > 0)
            events.Record(new Event { Kind = EventKinds.FirstSeen, When = time.GetUtcNow(), Upstream = upstream.Name, Project = project, Count = fresh, Reason = $"{fresh} files seen for the first time" });

        var told = previous?.Facts.Files.Where(IsChanged).Select(f => (f.File.Filename, f.File.Sha256)).ToHashSet();
        foreach (var file in files.Where(IsChanged))
        {
            if (told?.Contains((file.File.Filename, file.File.Sha256)) == true) continue;
            vanished.Keep(file.Record!);
            events.Record(new Event
            {
                Kind = EventKinds.HashChanged,
                When = time.GetUtcNow(),
                Upstream = upstream.Name,
                Project = project,
                Version = file.Name.Version?.ToString(),
                Filename = file.File.Filename,
                Rule = RuleNames.HashChanged,
                Reason = file.Pin!.Value.Outcome == PinOutcome.Changed
                    ? $"the index now claims sha256 {file.File.Sha256}, on record since {file.Record!.FirstSeen.UtcDateTime:yyyy-MM-dd} is {file.Record.Sha256}"
                    : $"the index now claims other core metadata ({file.File.CoreMetadata?.Sha256}) than is on record ({file.Record!.CoreMetadata})",
            });
        }
    }

    private static bool IsChanged(FileFacts file) => file.Pin is { Outcome: PinOutcome.Changed } or { CoreMetadataChanged: true };
}
