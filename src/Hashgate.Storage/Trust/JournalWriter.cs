using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;

namespace Hashgate.Storage.Trust;

/// <summary>
/// Writes a journal's lines as <see cref="JournalJson"/> reads them, value by value: a first page has thousands, and the serializer would
/// have a first start wait until it has made itself ready for types that it only writes.
/// </summary>
internal static class JournalWriter
{
    public static void Write(Utf8JsonWriter json, JournalTailLine line, JournalEntry entry)
    {
        json.WriteStartObject();
        if (line.Store is { } store) json.WriteString("store", store);
        if (line.Bucket is { } bucket) json.WriteNumber("bucket", bucket);
        Write(json, "high", line.High);
        Write(json, "through", line.Through);
        json.WriteStartObject("entry");
        json.WriteString("kind", Name(entry.Kind));
        json.WriteString("when", entry.When);
        json.WriteNumber("sequence", entry.Sequence);
        if (entry.Sequences is { } sequences) Write(json, "sequences", sequences);
        if (entry.Identity is { } identity) json.WriteString("identity", identity);
        if (entry.Record is { } record) Write(json, record);
        if (entry.Claim is { } claim) Write(json, claim);
        if (entry.Actor is { } actor) json.WriteString("actor", actor);
        if (entry.Reason is { } reason) json.WriteString("reason", reason);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TrustRecord record)
    {
        json.WriteStartObject("record");
        json.WriteString("project", record.Project.Value);
        json.WriteString("key", record.Key.Value);
        json.WriteString("filename", record.Filename);
        Write(json, "sha256", record.Sha256);
        if (record.Size is { } size) json.WriteNumber("size", size);
        json.WriteString("upstream", record.Upstream);
        json.WriteString("url", record.Url);
        json.WriteString("firstSeen", record.FirstSeen);
        if (record.ProvenAt is { } proven) json.WriteString("provenAt", proven);
        if (record.UploadTime is { } uploaded) json.WriteString("uploadTime", uploaded);
        if (record.CoreMetadata is { } metadata) Write(json, "coreMetadata", metadata);
        if (record.AcceptedAt is { } accepted) json.WriteString("acceptedAt", accepted);
        json.WriteBoolean("conflict", record.Conflict);
        json.WriteNumber("sequence", record.Sequence);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FileClaim claim)
    {
        json.WriteStartObject("claim");
        json.WriteString("key", claim.Key.Value);
        json.WriteString("filename", claim.Filename);
        Write(json, "sha256", claim.Sha256);
        if (claim.Size is { } size) json.WriteNumber("size", size);
        json.WriteString("url", claim.Url);
        if (claim.UploadTime is { } uploaded) json.WriteString("uploadTime", uploaded);
        if (claim.CoreMetadata is { } metadata) Write(json, "coreMetadata", metadata);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, BucketSequences sequences)
    {
        json.WritePropertyName(name);
        BucketSequencesConverter.Write(json, sequences);
    }

    private static void Write(Utf8JsonWriter json, string name, Sha256Digest digest)
    {
        Span<byte> digits = stackalloc byte[2 * Sha256Digest.Length];
        digest.WriteDigits(digits);
        json.WriteString(name, digits);
    }

    private static string Name(JournalKind kind) => kind switch
    {
        JournalKind.Store => nameof(JournalKind.Store),
        JournalKind.New => nameof(JournalKind.New),
        JournalKind.Proven => nameof(JournalKind.Proven),
        JournalKind.CoreMetadata => nameof(JournalKind.CoreMetadata),
        JournalKind.Changed => nameof(JournalKind.Changed),
        JournalKind.Accepted => nameof(JournalKind.Accepted),
        JournalKind.Imported => nameof(JournalKind.Imported),
        JournalKind.Conflict => nameof(JournalKind.Conflict),
        JournalKind.Read => nameof(JournalKind.Read),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No kind of journal entry."),
    };
}
