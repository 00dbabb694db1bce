using System.Globalization;
using System.Text.Json;

namespace Hashgate.Core.Advisories;

/// <summary>Writes what <see cref="OsvReader"/> reads and no more, as OSV: read again it is the same record.</summary>
public static class OsvWriter
{
    public static void Write(Utf8JsonWriter json, OsvRecord record)
    {
        json.WriteStartObject();
        json.WriteString("id", record.Id);
        if (record.Modified is { } modified) json.WriteString("modified", Text(modified));
        if (record.Withdrawn is { } withdrawn) json.WriteString("withdrawn", Text(withdrawn));
        if (record.Summary.Length > 0) json.WriteString("summary", record.Summary);
        WriteStrings(json, "aliases", record.Aliases);
        WriteDatabase(json, record.Severity, null);
        json.WriteStartArray("affected");
        foreach (var affected in record.Affected) Write(json, affected);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AffectedProject affected)
    {
        json.WriteStartObject();
        json.WriteStartObject("package");
        json.WriteString("ecosystem", "PyPI");
        json.WriteString("name", affected.Project.Value);
        json.WriteEndObject();
        WriteStrings(json, "versions", affected.Versions);
        if (affected.Ranges.Count > 0)
        {
            json.WriteStartArray("ranges");
            foreach (var range in affected.Ranges) Write(json, range);
            json.WriteEndArray();
        }
        WriteDatabase(json, affected.Severity, affected);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AffectedRange range)
    {
        json.WriteStartObject();
        json.WriteString("type", "ECOSYSTEM");
        json.WriteStartArray("events");
        foreach (var (kind, version) in range.Events)
        {
            json.WriteStartObject();
            json.WriteString(Name(kind), version);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDatabase(Utf8JsonWriter json, AdvisorySeverity? severity, AffectedProject? affected)
    {
        var digests = affected?.Sha256s ?? [];
        if (severity is null && digests.Count == 0) return;
        json.WriteStartObject("database_specific");
        if (severity is { } known) json.WriteString("severity", OsvSeverities.Word(known));
        if (digests.Count > 0)
        {
            json.WriteStartObject("indicators");
            json.WriteStartArray("package_integrity");
            foreach (var digest in digests)
            {
                json.WriteStartObject();
                json.WriteStartObject("hashes");
                json.WriteString("sha256", digest.ToString());
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string property, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        json.WriteStartArray(property);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static string Name(RangeEventKind kind) => kind switch
    {
        RangeEventKind.Introduced => "introduced",
        RangeEventKind.Fixed => "fixed",
        RangeEventKind.LastAffected => "last_affected",
        RangeEventKind.Limit => "limit",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No kind of range event."),
    };

    private static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);
}
