using System.Text.Json;
using Hashgate.Core.Advisories.Cvss;

namespace Hashgate.Core.Advisories;

/// <summary>
/// Reads how grave a record, or an entry of its <c>affected</c>, says to be: <c>severity</c>, a list of CVSS vectors of which the
/// highest counts, else <c>database_specific.severity</c> as the GitHub Advisory Database writes it. What can't be read says nothing.
/// </summary>
internal static class OsvSeverities
{
    public static AdvisorySeverity? Read(JsonElement json) => OfVectors(json) ?? OfDatabase(json);

    /// <summary>The word that <see cref="Read"/> takes for a severity.</summary>
    public static string Word(AdvisorySeverity severity) => severity.ToString().ToUpperInvariant();

    private static AdvisorySeverity? OfVectors(JsonElement json)
    {
        AdvisorySeverity? worst = null;
        if (!json.TryGetProperty("severity", out var list) || list.ValueKind != JsonValueKind.Array) return null;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("score", out var text) || text.ValueKind != JsonValueKind.String) continue;
            if (!CvssScore.TryRead(text.GetString(), out var score)) continue;
            var severity = CvssScore.Rate(score);
            if (worst is null || severity > worst) worst = severity;
        }
        return worst;
    }

    private static AdvisorySeverity? OfDatabase(JsonElement json)
    {
        if (!json.TryGetProperty("database_specific", out var database) || database.ValueKind != JsonValueKind.Object) return null;
        if (!database.TryGetProperty("severity", out var text) || text.ValueKind != JsonValueKind.String) return null;
        return text.GetString()!.ToUpperInvariant() switch
        {
            "NONE" => AdvisorySeverity.None,
            "LOW" => AdvisorySeverity.Low,
            "MODERATE" or "MEDIUM" => AdvisorySeverity.Medium,
            "HIGH" => AdvisorySeverity.High,
            "CRITICAL" => AdvisorySeverity.Critical,
            _ => null,
        };
    }
}
