using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>What is known of a packed record without reading it: enough to find it, and to tell whether it is of malware.</summary>
/// <param name="Id"><c>id</c></param>
/// <param name="Modified"><c>modified</c>, in UTC; null where it doesn't say.</param>
/// <param name="IsWithdrawn">The advisory no longer stands.</param>
/// <param name="MalwareAliases">Those of its aliases that are ids of malicious packages.</param>
/// <param name="Projects">The projects that it affects, each once.</param>
/// <param name="Sha256s">The archives that are known to be harmful by themselves.</param>
/// <param name="Length">The bytes that its JSON takes.</param>
public sealed record PackedAdvisory(
    string Id, DateTimeOffset? Modified, bool IsWithdrawn, IReadOnlyList<string> MalwareAliases, IReadOnlyList<ProjectName> Projects, IReadOnlyList<Sha256Digest> Sha256s, int Length)
{
    internal static PackedAdvisory Of(OsvRecord record, int length) => new(
        record.Id,
        record.Modified,
        record.IsWithdrawn,
        [.. record.Aliases.Where(OsvRecord.IsMalwareId)],
        [.. record.Affected.Select(a => a.Project).Distinct()],
        [.. record.Affected.SelectMany(a => a.Sha256s)],
        length);
}
