using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Access;

namespace Hashgate.Proxy.Endpoints;

/// <summary>What operators do to trust records; every act is an event first, journaled, and shown on the pages at once.</summary>
internal sealed class TrustOperations(TrustLedger ledger, ProjectPages pages, FailedProofs failedProofs, Acts acts, TimeProvider time)
{
    /// <summary>A project's records and what they were before operators changed them.</summary>
    public async Task<JsonElement> ShowAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var records = await ledger.GetProjectAsync(project, cancellationToken);
        var history = await ledger.GetHistoryAsync(project, cancellationToken);
        return JsonSerializer.SerializeToElement(new { project = project.Value, records = records.Select(AsJson), history = history.Select(h => JsonSerializer.SerializeToElement(h, TrustJson.Default.ReplacedRecord)) });
    }

    /// <summary>Takes another digest for one file, or a page that went backwards. False with the reason where nothing was changed.</summary>
    public async Task<(bool Accepted, string? Why)> AcceptAsync(ProjectName project, AcceptRequest request, string actor, CancellationToken cancellationToken)
    {
        if (request.Page == true)
        {
            var taking = Act(project, null, actor, $"took the upstream's page although its serial went backwards: {request.Reason}");
            return await acts.DoAsync(taking, async () => await pages.TakeRollbackAsync(project, cancellationToken) ? (true, null) : (false, "The upstream gives no page of the project to take."), Unless);
        }
        var filename = FileLookup.FileOf(request.Filename!, out var isMetadata);
        var key = FileKey.Of(project, filename);
        var digest = Sha256Digest.Parse(request.Sha256!);
        var claim = await ClaimAsync(project, key, cancellationToken);
        // Size and place are the index's word for these bytes only where it claims these bytes.
        var claimed = !isMetadata && claim?.Sha256 == digest ? claim : null;
        var word = new TrustOverride(project, key, digest, isMetadata, claimed?.Size, claimed?.Url, actor, request.Reason!, time.GetUtcNow());
        return await acts.DoAsync<(bool, string?)>(
            Act(project, request.Filename, actor, $"accepted sha256 {digest}: {request.Reason}"),
            async () =>
            {
                var result = await ledger.AcceptAsync(word, cancellationToken);
                if (result.Outcome != AcceptOutcome.Accepted)
                    return (false, result.Outcome == AcceptOutcome.NoRecord ? $"There is no trust record of {filename} in {project}." : string.Join(' ', ledger.Status));
                await ShowAsync(project, key, isMetadata);
                return (true, null);
            },
            Unless);

        static string? Unless((bool Accepted, string? Why) result) => result.Accepted ? null : $"nothing was accepted: {result.Why}";
    }

    public async Task<JsonElement> AcceptManyAsync(AcceptManyRequest request, string actor, CancellationToken cancellationToken)
    {
        var word = new BulkAccept(request.Upstream!, request.Since!.Value, request.ClaimedOnly, request.DryRun, actor, request.Reason ?? "");
        var which = $"changed files of the upstream {request.Upstream} since {request.Since:u}: {request.Reason}";
        var accepted = request.DryRun
            ? await ledger.AcceptAsync(word, cancellationToken)
            : await acts.DoAsync(Act(null, null, actor, $"accepts {which}"), () => AcceptManyAsync(word, cancellationToken), result => $"accepted {result.Count} {which}");
        return JsonSerializer.SerializeToElement(new
        {
            dryRun = request.DryRun,
            files = accepted.Select(a => new
            {
                project = a.Was.Project.Value,
                filename = a.Was.Filename + (a.Override.CoreMetadata ? FileLookup.MetadataSuffix : ""),
                was = (a.Override.CoreMetadata ? a.Was.CoreMetadata : a.Was.Sha256)?.ToString(),
                sha256 = a.Override.Sha256.ToString(),
                outcome = a.Outcome?.ToString().ToLowerInvariant() ?? "would be accepted",
            }),
        });
    }

    private async Task<IReadOnlyList<BulkAccepted>> AcceptManyAsync(BulkAccept word, CancellationToken cancellationToken)
    {
        var accepted = await ledger.AcceptAsync(word, cancellationToken);
        foreach (var each in accepted) await ShowAsync(each.Was.Project, each.Was.Key, each.Override.CoreMetadata);
        return accepted;
    }

    private async Task<FileClaim?> ClaimAsync(ProjectName project, FileKey key, CancellationToken cancellationToken) =>
        await pages.GetAsync(project, cancellationToken) is PageLookup.Found { View.Facts.Files: var files }
            && files.FirstOrDefault(f => f.Name.Key == key && f.File.Sha256 is not null) is { } file
            ? PagePins.Claim(file)
            : null;

    private async Task ShowAsync(ProjectName project, FileKey key, bool isMetadata)
    {
        failedProofs.Clear(project, isMetadata ? ViewBuilder.MetadataKey(key) : key);
        await pages.RepinAsync(project);
    }

    private Event Act(ProjectName? project, string? filename, string actor, string what) =>
        new() { Kind = EventKinds.Acted, When = time.GetUtcNow(), Project = project, Filename = filename, Actor = actor, Reason = what };

    internal static JsonElement AsJson(TrustRecord record) => JsonSerializer.SerializeToElement(record, TrustJson.Default.TrustRecord);
}
