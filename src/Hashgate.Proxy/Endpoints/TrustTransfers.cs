using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Access;
using Hashgate.Storage.Trust;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Trust records as a whole: written out, taken in, held against the journal and brought back from it. What changes records is on record first.</summary>
internal sealed class TrustTransfers(TrustLedger ledger, ISharedJournals shared, ProjectPages pages, Acts acts, TimeProvider time)
{
    private const int ImportBatch = 1000;

    /// <summary>Writes every record, one JSON object a line.</summary>
    public async Task ExportAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        await foreach (var record in ledger.ExportAsync(cancellationToken))
        {
            await using (var json = new Utf8JsonWriter(output)) JsonSerializer.Serialize(json, record, TrustJson.Default.TrustRecord);
            output.Write("\n"u8);
            if (output.UnflushedBytes > 64 << 10) await output.FlushAsync(cancellationToken);
        }
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>The store against this replica's journal.</summary>
    public async Task<object> DiffAsync(CancellationToken cancellationToken)
    {
        var diff = await ledger.DiffAsync(cancellationToken);
        return new { missingInStore = diff.MissingInStore.Select(TrustOperations.AsJson), missingInJournal = diff.MissingThere.Select(TrustOperations.AsJson), different = diff.Different.Select(Both) };
    }

    /// <summary>The store against another one's export.</summary>
    public async Task<(object? Result, string? Why)> DiffAsync(Stream lines, CancellationToken cancellationToken)
    {
        try
        {
            var diff = await ledger.DiffAsync(TrustLines.ReadAsync(lines, cancellationToken), cancellationToken);
            return (new { missingInStore = diff.MissingInStore.Select(TrustOperations.AsJson), missingInFile = diff.MissingThere.Select(TrustOperations.AsJson), different = diff.Different.Select(Both) }, null);
        }
        catch (InvalidDataException wrong)
        {
            return (null, wrong.Message);
        }
    }

    /// <summary>Takes records that aren't known; never overwrites.</summary>
    public async Task<(object? Result, string? Why)> ImportAsync(Stream lines, string actor, CancellationToken cancellationToken)
    {
        var imported = await acts.DoAsync(
            Act(actor, "imports trust records"),
            () => ReadAsync(lines, actor, cancellationToken),
            static imported => imported.Why is null ? $"imported {imported.Added} trust records" : $"stopped importing after {imported.Added} trust records: {imported.Why}");
        return imported.Why is null
            ? (new { added = imported.Added, same = imported.Same, different = imported.Differences.Select(Both) }, null)
            : (null, imported.Why);
    }

    /// <summary>Brings the store back from this server's journal and others', on this machine and, unless <paramref name="local"/>, in the object store.</summary>
    public async Task<(object? Result, string? Why)> RestoreAsync(IReadOnlyList<string> directories, bool local, string actor, CancellationToken cancellationToken)
    {
        if (directories.FirstOrDefault(d => !Directory.Exists(d)) is { } missing) return (null, $"{RefusalPhrase.PrintableAscii(missing)} is no directory on the server.");
        var others = new List<FileTrustJournal>();
        try
        {
            (IReadOnlyList<ISharedJournal> Journals, IReadOnlyList<string> Warnings) there;
            try
            {
                foreach (var directory in directories) others.Add(FileTrustJournal.Open(directory));
                there = local ? ([], []) : await OpenSharedAsync(others, cancellationToken);
            }
            catch (Exception unread) when (unread is StoreUnavailableException or InvalidDataException)
            {
                return (null, unread.Message);
            }
            IJournalSource[] all = [.. others, .. there.Journals];
            var result = await acts.DoAsync(
                Act(actor, $"restores the trust records from {all.Length + 1} journals"),
                () => RestoreAsync(all, cancellationToken),
                static result => result.Problem is null ? $"restored {result.Records} trust records, {result.Conflicts.Count} in conflict" : $"no trust records were restored: {result.Problem}");
            return result.Problem is { } problem
                ? (null, problem)
                : (new { records = result.Records, journals = all.Length + 1, conflicts = result.Conflicts.Select(TrustOperations.AsJson), warnings = there.Warnings }, null);
        }
        finally
        {
            foreach (var other in others) await other.DisposeAsync();
        }
    }

    /// <summary>The journals in the object store that belong to the same store as those at hand, and what there is to say of them.</summary>
    private async Task<(IReadOnlyList<ISharedJournal> Journals, IReadOnlyList<string> Warnings)> OpenSharedAsync(IReadOnlyList<IJournalSource> others, CancellationToken cancellationToken)
    {
        var all = await shared.OpenAsync(cancellationToken);
        var identity = ledger.Journal.Identity ?? others.Select(o => o.Identity).FirstOrDefault(i => i is not null);
        var strangers = all.Where(j => identity is not null && j.Identity != identity).ToArray();
        var journals = all.Except(strangers).ToArray();
        return (journals, [.. strangers.Select(s => $"The journal of {s.Replica} in the object store belongs to the store {s.Identity} and was left out."), .. journals.SelectMany(j => j.Gaps)]);
    }

    private async Task<RestoreResult> RestoreAsync(IReadOnlyList<IJournalSource> others, CancellationToken cancellationToken)
    {
        RestoreResult result;
        try
        {
            result = await ledger.RestoreAsync(others, cancellationToken);
        }
        catch (InvalidDataException damaged)
        {
            return new RestoreResult(0, [], damaged.Message);
        }
        if (result.Problem is not null) return result;
        foreach (var project in pages.Loaded.Select(v => v.Project).ToArray()) await pages.RepinAsync(project);
        return result;
    }

    /// <summary>What was taken, and why no more where a line or the ledger was in the way.</summary>
    private sealed record Imported(int Added, int Same, IReadOnlyList<RecordDifference> Differences, string? Why);

    private async Task<Imported> ReadAsync(Stream lines, string actor, CancellationToken cancellationToken)
    {
        var (added, same, line) = (0, 0, 0);
        var differences = new List<RecordDifference>();
        var batch = new List<TrustRecord>(ImportBatch);
        using var reader = new StreamReader(lines);
        while (true)
        {
            var text = await reader.ReadLineAsync(cancellationToken);
            line++;
            if (!string.IsNullOrWhiteSpace(text))
            {
                if (TryRead(text) is not { } record) return new Imported(added, same, differences, $"Line {line} is no trust record; {added} records before it were taken.");
                batch.Add(record);
            }
            if (batch.Count == ImportBatch || (text is null && batch.Count > 0))
            {
                var result = await ledger.ImportAsync(batch, actor, "import", cancellationToken);
                if (result.Problem is { } problem) return new Imported(added, same, differences, problem);
                (added, same) = (added + result.Added, same + result.Same);
                differences.AddRange(result.Differences);
                batch.Clear();
            }
            if (text is null) return new Imported(added, same, differences, null);
        }
    }

    private Event Act(string actor, string what) => new() { Kind = EventKinds.Acted, When = time.GetUtcNow(), Actor = actor, Reason = what };

    private static TrustRecord? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, TrustJson.Default.TrustRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static object Both(RecordDifference difference) => new { here = TrustOperations.AsJson(difference.Here), there = TrustOperations.AsJson(difference.There) };
}
