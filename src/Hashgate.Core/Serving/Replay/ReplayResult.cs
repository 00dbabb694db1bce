using Hashgate.Core.Packaging;

namespace Hashgate.Core.Serving.Replay;

/// <summary>What a policy would have done to the recorded downloads.</summary>
/// <param name="Since">The first day looked at (UTC).</param>
/// <param name="Downloads">How many downloads there were.</param>
/// <param name="Refused">What would have been refused.</param>
/// <param name="Audited">What would have been served, and refused if the rule didn't run in audit mode.</param>
/// <param name="Unknown">What can't be judged, the most downloaded first.</param>
public sealed record ReplayResult(DateOnly Since, long Downloads, ReplayFindings Refused, ReplayFindings Audited, IReadOnlyList<UnknownFile> Unknown);

/// <summary>Files that rules would have refused.</summary>
/// <param name="Files">One for each file and rule, the most downloaded first.</param>
/// <param name="Clients">How many clients downloaded any of them.</param>
public sealed record ReplayFindings(IReadOnlyList<ReplayedFile> Files, int Clients)
{
    /// <summary>How many downloads of them there were.</summary>
    public long Downloads => Files.Sum(f => f.Downloads);
}

/// <summary>The downloads of one file that one rule would have refused.</summary>
/// <param name="Reason">Of the first of them; printable ASCII of at most 200 characters.</param>
/// <param name="Downloads">1 or more.</param>
/// <param name="Clients">How many downloaded it.</param>
/// <param name="SomeClients">The first of their addresses, <see cref="MaxClients"/> at most.</param>
public sealed record ReplayedFile(
    ProjectName Project, string? Version, string Filename, string Rule, string Reason, long Downloads, int Clients, IReadOnlyList<string> SomeClients, DateOnly FirstDay, DateOnly LastDay)
{
    public const int MaxClients = 10;
}

/// <summary>A file that was downloaded and of which too little is known now.</summary>
/// <param name="Why">For a person.</param>
public sealed record UnknownFile(ProjectName Project, string? Version, string Filename, string Why, long Downloads);
