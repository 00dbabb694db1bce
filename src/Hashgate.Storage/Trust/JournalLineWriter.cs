using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;

namespace Hashgate.Storage.Trust;

/// <summary>
/// Writes a line as <see cref="JournalJson"/> would: a first page's thousands of lines stand between its records and its answer, and the
/// serializer takes several times as long.
/// </summary>
internal static class JournalLineWriter
{
    public static void Write(JournalLine line, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Write(json, "store"u8, line.Store);
        json.WriteNumber("high"u8, line.High);
        json.WriteNumber("through"u8, line.Through);
        json.WriteStartObject("entry"u8);
        var entry = line.Entry;
        json.WriteString("kind"u8, entry.Kind.ToString());
        json.WriteString("when"u8, entry.When);
        json.WriteNumber("sequence"u8, entry.Sequence);
        Write(json, "identity"u8, entry.Identity);
        if (entry.Record is { } record) Write(json, record);
        if (entry.Claim is { } claim)
        {
            json.WritePropertyName("claim"u8);
            JsonSerializer.Serialize(json, claim, JournalJson.Default.FileClaim);
        }
        Write(json, "actor"u8, entry.Actor);
        Write(json, "reason"u8, entry.Reason);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TrustRecord record)
    {
        json.WriteStartObject("record"u8);
        json.WriteString("project"u8, record.Project.Value);
        json.WriteString("key"u8, record.Key.Value);
        json.WriteString("filename"u8, record.Filename);
        Write(json, "sha256"u8, record.Sha256);
        if (record.Size is { } size) json.WriteNumber("size"u8, size);
        json.WriteString("upstream"u8, record.Upstream);
        json.WriteString("url"u8, record.Url);
        json.WriteString("firstSeen"u8, record.FirstSeen);
        Write(json, "provenAt"u8, record.ProvenAt);
        Write(json, "uploadTime"u8, record.UploadTime);
        if (record.CoreMetadata is { } metadata) Write(json, "coreMetadata"u8, metadata);
        Write(json, "acceptedAt"u8, record.AcceptedAt);
        json.WriteBoolean("conflict"u8, record.Conflict);
        json.WriteNumber("sequence"u8, record.Sequence);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } known) json.WriteString(name, known);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, Sha256Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Sha256Digest.Length];
        digest.CopyTo(bytes);
        Span<char> hex = stackalloc char[2 * Sha256Digest.Length];
        Convert.TryToHexStringLower(bytes, hex, out _);
        json.WriteString(name, hex);
    }
}
