using Hashgate.Core.Serving.Replay;

namespace Hashgate.Proxy.Endpoints;

/// <summary>The answer to a replay. Counts are of everything; each list has its first <see cref="MaxRows"/> entries.</summary>
/// <param name="Summary">One line: <c>12 of 3,400 downloads would have been refused: 9 malware, 3 too new; by 4 clients</c>.</param>
/// <param name="Since">The first day looked at.</param>
/// <param name="Refused">What would have been refused, the most downloaded first.</param>
/// <param name="Audited">What a rule in audit mode would have refused if it were enforced.</param>
/// <param name="Unknown">What can't be judged any more.</param>
public sealed record ReplayReport(
    string Summary, DateOnly Since, long Downloads, ReplaySum RefusedInAll, IReadOnlyList<ReplayLine> Refused, ReplaySum AuditedInAll, IReadOnlyList<ReplayLine> Audited,
    long UnknownDownloads, int UnknownFiles, IReadOnlyList<UnknownLine> Unknown)
{
    public const int MaxRows = 1000;

    public static ReplayReport Of(ReplayResult result)
    {
        var (refused, audited) = (ReplaySum.Of(result.Refused), ReplaySum.Of(result.Audited));
        var unknown = result.Unknown.Sum(f => f.Downloads);
        return new ReplayReport(
            Summarize(result.Downloads, refused, audited, unknown), result.Since, result.Downloads, refused, Lines(result.Refused), audited, Lines(result.Audited),
            unknown, result.Unknown.Count, [.. result.Unknown.Take(MaxRows).Select(f => new UnknownLine(f.Project.Value, f.Version, f.Filename, f.Why, f.Downloads))]);
    }

    private static ReplayLine[] Lines(ReplayFindings findings) => [.. findings.Files.Take(MaxRows).Select(ReplayLine.Of)];

    private static string Summarize(long downloads, ReplaySum refused, ReplaySum audited, long unknown) =>
        FormattableString.Invariant($"{refused.Downloads:n0} of {downloads:n0} downloads would have been refused")
        + (refused.Downloads > 0 ? $": {RuleWords.Counted(refused.Rules)}; by {Clients(refused.Clients)}" : "")
        + (audited.Downloads > 0 ? FormattableString.Invariant($"; {audited.Downloads:n0} more if audited rules were enforced: {RuleWords.Counted(audited.Rules)}") : "")
        + (unknown > 0 ? FormattableString.Invariant($"; {unknown:n0} not judged") : "");

    private static string Clients(int count) => FormattableString.Invariant($"{count:n0} {(count == 1 ? "client" : "clients")}");
}

/// <summary>Downloads in all.</summary>
/// <param name="Files">How many different files, once for each rule.</param>
/// <param name="Rules">How many downloads each rule refuses.</param>
public sealed record ReplaySum(long Downloads, int Files, int Clients, IReadOnlyDictionary<string, long> Rules)
{
    public static ReplaySum Of(ReplayFindings findings) => new(
        findings.Downloads, findings.Files.Count, findings.Clients, findings.Files.GroupBy(f => f.Rule).ToDictionary(g => g.Key, g => g.Sum(f => f.Downloads)));
}

/// <summary>One file and the rule that refuses it.</summary>
/// <param name="SomeClients">Addresses of some of the clients.</param>
public sealed record ReplayLine(
    string Project, string? Version, string Filename, string Rule, string Reason, long Downloads, int Clients, IReadOnlyList<string> SomeClients, DateOnly FirstDay, DateOnly LastDay)
{
    public static ReplayLine Of(ReplayedFile file) => new(
        file.Project.Value, file.Version, file.Filename, file.Rule, file.Reason, file.Downloads, file.Clients, file.SomeClients, file.FirstDay, file.LastDay);
}

/// <summary>One file of which too little is known to judge it.</summary>
public sealed record UnknownLine(string Project, string? Version, string Filename, string Why, long Downloads);
