using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;

namespace Hashgate.Proxy.Endpoints;

/// <summary>What operators do to trust records; every act is journaled, told as an event, and shown on the pages at once.</summary>
internal sealed class TrustOperations(TrustLedger ledger, ProjectPages pages, FailedProofs failedProofs, IEventLog events, TimeProvider time)
{
    private const int ImportBatch = 1000;

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
            if (!await pages.TakeRollbackAsync(project, cancellationToken)) return (false, "The upstream gives no page of the project to take.");
            Record(project, null, actor, $"took the upstream's page although its serial went backwards: {request.Reason}");
            return (true, null);
        }
        var isMetadata = request.Filename!.EndsWith(FileLookup.MetadataSuffix, StringComparison.Ordinal);
        var filename = isMetadata ? request.Filename[..^FileLookup.MetadataSuffix.Length] : request.Filename;
        var key = FileKey.Of(project, filename);
        var digest = Sha256Digest.Parse(request.Sha256!);
        var claim = await ClaimAsync(project, key, cancellationToken);
        // Size and place are the index's word for these bytes only where it claims these bytes.
        var claimed = !isMetadata && claim?.Sha256 == digest ? claim : null;
        var word = new TrustOverride(project, key, digest, isMetadata, claimed?.Size, claimed?.Url, actor, request.Reason!, time.GetUtcNow());
        var result = await ledger.AcceptAsync(word, cancellationToken);
        if (result.Outcome != AcceptOutcome.Accepted)
            return (false, result.Outcome == AcceptOutcome.NoRecord ? $"There is no trust record of {filename} in {project}." : string.Join(' ', ledger.Status));
        await ShowAsync(project, key, isMetadata);
        Record(project, request.Filename, actor, $"accepted sha256 {digest}: {request.Reason}");
        return (true, null);
    }

    public async Task<JsonElement> AcceptManyAsync(AcceptManyRequest request, string actor, CancellationToken cancellationToken)
    {
        var accepted = await ledger.AcceptAsync(new BulkAccept(request.Upstream!, request.Since!.Value, request.ClaimedOnly, request.DryRun, actor, request.Reason ?? ""), cancellationToken);
        if (!request.DryRun)
        {
            foreach (var each in accepted) await ShowAsync(each.Was.Project, each.Was.Key, each.Override.CoreMetadata);
            Record(null, null, actor, $"accepted {accepted.Count} changed files of the upstream {request.Upstream} since {request.Since:u}: {request.Reason}");
        }
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

    /// <summary>Takes records that aren't known; never overwrites.</summary>
    public async Task<(object? Result, string? Why)> ImportAsync(Stream lines, string actor, CancellationToken cancellationToken)
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
                if (TryRead(text) is not { } record) return (null, $"Line {line} is no trust record; {added} records before it were taken.");
                batch.Add(record);
            }
            if (batch.Count == ImportBatch || (text is null && batch.Count > 0))
            {
                var result = await ledger.ImportAsync(batch, actor, "import", cancellationToken);
                if (result.Problem is { } problem) return (null, problem);
                (added, same) = (added + result.Added, same + result.Same);
                differences.AddRange(result.Differences);
                batch.Clear();
            }
            if (text is null) break;
        }
        Record(null, null, actor, $"imported {added} trust records");
        return (new { added, same, different = differences.Select(AsJson) }, null);
    }

    public async Task<object> DiffAsync(CancellationToken cancellationToken)
    {
        var diff = await ledger.DiffAsync(cancellationToken);
        return new { missingInStore = diff.MissingInStore.Select(AsJson), missingInJournal = diff.MissingInJournal.Select(AsJson), different = diff.Different.Select(AsJson) };
    }

    /// <summary>Brings the store back from this server's journal and others'.</summary>
    public async Task<(object? Result, string? Why)> RestoreAsync(IReadOnlyList<string> directories, string actor, CancellationToken cancellationToken)
    {
        if (directories.FirstOrDefault(d => !Directory.Exists(d)) is { } missing) return (null, $"{RefusalPhrase.PrintableAscii(missing)} is no directory on the server.");
        var others = new List<FileTrustJournal>();
        try
        {
            foreach (var directory in directories) others.Add(FileTrustJournal.Open(directory));
            var result = await ledger.RestoreAsync(others, cancellationToken);
            if (result.Problem is { } problem) return (null, problem);
            foreach (var project in pages.Loaded.Select(v => v.Project).ToArray()) await pages.RepinAsync(project);
            Record(null, null, actor, $"restored {result.Records} trust records, {result.Conflicts.Count} in conflict");
            return (new { records = result.Records, conflicts = result.Conflicts.Select(AsJson) }, null);
        }
        finally
        {
            foreach (var other in others) await other.DisposeAsync();
        }
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

    private void Record(ProjectName? project, string? filename, string actor, string what) =>
        events.Record(new Event { Kind = EventKinds.Acted, When = time.GetUtcNow(), Project = project, Filename = filename, Actor = actor, Reason = what });

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

    private static JsonElement AsJson(TrustRecord record) => JsonSerializer.SerializeToElement(record, TrustJson.Default.TrustRecord);

    private static object AsJson(RecordDifference difference) => new { here = AsJson(difference.Here), there = AsJson(difference.There) };
}
