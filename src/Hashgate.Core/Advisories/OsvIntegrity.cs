using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>
/// Reads the digests of harmful archives: <c>database_specific.indicators.package_integrity[].hashes.sha256</c> of an entry of
/// <c>affected</c>. The <c>evidence_files</c> beside them are files within archives, which good archives may hold as well.
/// </summary>
internal static class OsvIntegrity
{
    public static IReadOnlyList<Sha256Digest> Read(JsonElement affected)
    {
        // No database needs to follow this shape: whatever differs says nothing.
        if (!Has(affected, "database_specific", JsonValueKind.Object, out var database)
            || !Has(database, "indicators", JsonValueKind.Object, out var indicators)
            || !Has(indicators, "package_integrity", JsonValueKind.Array, out var files)) return [];
        var digests = new List<Sha256Digest>();
        foreach (var file in files.EnumerateArray())
        {
            if (Has(file, "hashes", JsonValueKind.Object, out var hashes) && Has(hashes, "sha256", JsonValueKind.String, out var text)
                && Sha256Digest.TryParse(text.GetString(), out var digest)) digests.Add(digest);
        }
        return digests;
    }

    private static bool Has(JsonElement json, string property, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(property, out value) && value.ValueKind == kind;
    }
}
