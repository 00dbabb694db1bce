using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>Reads OSV records (schema 1.7) from JSON. What isn't of PyPI, or not needed, is passed over.</summary>
public static class OsvReader
{
    // PyPI's ecosystem has one spelling; "pypi" is none of OSV's.
    private const string Ecosystem = "PyPI";
    private const string EcosystemRange = "ECOSYSTEM";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Reads one record.</summary>
    /// <param name="json">The record, UTF-8.</param>
    /// <param name="record">The record, where it can be read.</param>
    /// <param name="problem">Why it can't, in words for an operator.</param>
    /// <param name="pool">Texts met before: one version is named by thousands of records of a feed.</param>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out OsvRecord? record, [NotNullWhen(false)] out string? problem, OsvTextPool? pool = null)
    {
        record = null;
        problem = null;
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            record = Read(document.RootElement, pool ?? new OsvTextPool());
        }
        catch (JsonException e)
        {
            problem = $"not JSON: {e.Message}";
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            // InvalidOperationException is how a text that is no Unicode shows.
            problem = e.Message;
        }
        return record is not null;
    }

    private static OsvRecord Read(JsonElement json, OsvTextPool pool)
    {
        if (json.ValueKind != JsonValueKind.Object || Text(json, "id") is not { Length: > 0 } id) throw new FormatException("no record: it has no id");
        var summary = Text(json, "summary") ?? "";
        return new OsvRecord
        {
            Id = id,
            Modified = TimeOf(json, "modified"),
            Withdrawn = TimeOf(json, "withdrawn"),
            Aliases = [.. Strings(json, "aliases")],
            Summary = summary.Length <= OsvRecord.MaxSummaryLength ? summary : summary[..OsvRecord.MaxSummaryLength],
            Severity = OsvSeverities.Read(json),
            Affected = [.. Items(json, "affected").Select(affected => ReadAffected(affected, pool)).OfType<AffectedProject>()],
        };
    }

    /// <summary>Null for what isn't of PyPI, or names a project that can't be.</summary>
    private static AffectedProject? ReadAffected(JsonElement json, OsvTextPool pool)
    {
        if (!json.TryGetProperty("package", out var package) || package.ValueKind != JsonValueKind.Object) return null;
        if (Text(package, "ecosystem") != Ecosystem || !ProjectName.TryParse(Text(package, "name"), out var project)) return null;
        var ranges = from range in Items(json, "ranges")
                     where Text(range, "type") == EcosystemRange
                     select new AffectedRange([.. Items(range, "events").SelectMany(ReadEvents)]);
        return new AffectedProject(project, Strings(json, "versions").Select(pool.Get), [.. ranges])
        {
            Severity = OsvSeverities.Read(json),
            Sha256s = OsvIntegrity.Read(json),
        };
    }

    private static IEnumerable<RangeEvent> ReadEvents(JsonElement json)
    {
        if (Text(json, "introduced") is { } introduced) yield return new RangeEvent(RangeEventKind.Introduced, introduced);
        if (Text(json, "fixed") is { } @fixed) yield return new RangeEvent(RangeEventKind.Fixed, @fixed);
        if (Text(json, "last_affected") is { } last) yield return new RangeEvent(RangeEventKind.LastAffected, last);
        if (Text(json, "limit") is { } limit) yield return new RangeEvent(RangeEventKind.Limit, limit);
    }

    private static DateTimeOffset? TimeOf(JsonElement json, string property)
    {
        if (Text(json, property) is not { } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new FormatException($"'{text}' is no time");
    }

    private static string? Text(JsonElement json, string property)
    {
        if (!json.TryGetProperty(property, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new FormatException($"'{property}' is no text");
    }

    private static IEnumerable<string> Strings(JsonElement json, string property) =>
        ArrayOf(json, property, JsonValueKind.String).Select(item => item.GetString()!);

    private static IEnumerable<JsonElement> Items(JsonElement json, string property) => ArrayOf(json, property, JsonValueKind.Object);

    private static IEnumerable<JsonElement> ArrayOf(JsonElement json, string property, JsonValueKind kind)
    {
        if (!json.TryGetProperty(property, out var array) || array.ValueKind == JsonValueKind.Null) return [];
        if (array.ValueKind != JsonValueKind.Array) throw new FormatException($"'{property}' is no list");
        return array.EnumerateArray().Select(item => item.ValueKind == kind ? item : throw new FormatException($"'{property}' holds what it can't"));
    }
}
