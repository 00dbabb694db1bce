using Hashgate.Core.Packaging;

namespace Hashgate.Core.Policy;

/// <summary>Where a flag stands.</summary>
public enum FlagStatus
{
    /// <summary>Reported; no operator has decided yet.</summary>
    Open,

    /// <summary>An operator found the reports to be right: what they are about is blocked.</summary>
    Confirmed,

    /// <summary>An operator found nothing wrong; later reports are kept, and change nothing until an operator decides anew.</summary>
    Dismissed,
}

/// <summary>Reports on one file, release or project, and what an operator said to them. Texts of reporters are hostile.</summary>
public sealed record Flag
{
    /// <summary>The most reports kept word by word; the others are counted.</summary>
    public const int MaxReports = 20;

    /// <summary>The most names of signed-in people kept.</summary>
    public const int MaxSignedIn = 100;

    /// <summary>The same for every report on one target, see <see cref="FlagTarget.Id"/>.</summary>
    public required string Id { get; init; }

    public required FlagTarget Target { get; init; }

    public required FlagStatus Status { get; init; }

    public required DateTimeOffset FirstReported { get; init; }

    public required DateTimeOffset LastReported { get; init; }

    /// <summary>How many reports there were.</summary>
    public required int Count { get; init; }

    /// <summary>The latest report of each reporter, of the first reporters at most <see cref="MaxReports"/>.</summary>
    public required IReadOnlyList<FlagReport> Reports { get; init; }

    /// <summary>Who of those that reported were signed in, each once.</summary>
    public required IReadOnlyList<string> SignedIn { get; init; }

    /// <summary>What an operator said last; null while none has.</summary>
    public FlagDecision? Decision { get; init; }

    /// <summary>A flag by its first report.</summary>
    public static Flag Of(FlagTarget target, FlagReport report) => new Flag
    {
        Id = target.Id,
        Target = target,
        Status = FlagStatus.Open,
        FirstReported = report.When,
        LastReported = report.When,
        Count = 0,
        Reports = [],
        SignedIn = [],
    }.With(report);

    /// <summary>The flag with one report more. Nobody who is not signed in can push out the report of one who is.</summary>
    public Flag With(FlagReport report)
    {
        var reports = Reports.Where(r => !r.IsBySame(report)).ToList();
        if (reports.Count >= MaxReports && report.Name is not null && reports.FindIndex(r => r.Name is null) is >= 0 and var oldest) reports.RemoveAt(oldest);
        if (reports.Count < MaxReports) reports.Add(report);
        var isNewName = report.Name is { } name && SignedIn.Count < MaxSignedIn && !SignedIn.Contains(name);
        return this with { Count = Count + 1, LastReported = report.When, Reports = reports, SignedIn = isNewName ? [.. SignedIn, report.Name!] : SignedIn };
    }
}

/// <summary>What a flag is about: the project; with a version one release of it; with a filename too, one file.</summary>
/// <param name="Version">The version's canonical form. A flag on a file carries that of its filename, where it has a readable one.</param>
public sealed record FlagTarget(ProjectName Project, string? Version, string? Filename)
{
    /// <summary>32 hexadecimal digits.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Id => Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes($"{Project}\n{Version}\n{(Filename is null ? "" : FileKey.Of(Project, Filename).Value)}")).ToString()[..32];
}

/// <summary>One report.</summary>
/// <param name="Name">The name of the reporter's token; null for somebody who is not signed in.</param>
/// <param name="Client">The reporter's address.</param>
public sealed record FlagReport(string? Name, string Client, string Reason, DateTimeOffset When)
{
    internal bool IsBySame(FlagReport other) => Name is null && other.Name is null ? Client == other.Client : Name == other.Name;
}

/// <summary>An operator's word on a flag.</summary>
public sealed record FlagDecision(string Actor, string? Reason, DateTimeOffset When);
