using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Provenance;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;

namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary>
/// The signals of a project: what this Hashgate recorded, what the index told when it was first asked, what advisories say. Nothing that an
/// uploader writes is among them, save counts and kinds of files, and these say so.
/// </summary>
internal sealed class TrustSignals
{
    private const string Recorded = "recorded here";
    private const string Told = "told by the index at first sight, recorded here";
    private const string Chosen = "of the index's page; uploaders choose it";

    private static readonly TimeSpan Young = TimeSpan.FromDays(90);
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(7);

    private readonly KnownProject _project;
    private readonly DateTimeOffset _now;
    private readonly FileFacts[] _files;

    private TrustSignals(KnownProject project, DateTimeOffset now)
    {
        (_project, _now) = (project, now);
        _files = [.. project.Facts.Files.Where(f => !f.Name.IsForeign)];
        NewestVersion = NewestOf(_files);
        Newest = [.. _files.Where(f => NewestVersion is not null && NewestVersion.Equals(f.Name.Version))];
    }

    /// <summary>The newest final release that is still listed, else the newest of any kind; null where no version can be read.</summary>
    public PackageVersion? NewestVersion { get; }

    /// <summary>Its files.</summary>
    public IReadOnlyList<FileFacts> Newest { get; }

    public static TrustSignals Of(KnownProject project, DateTimeOffset now) => new(project, now);

    public IReadOnlyList<TrustSignal> All() =>
        [.. ((TrustSignal?[])[Age(), Release(), Hashes(), Advisories(), Publisher(), Provenance(), Name(), Releases(), Kinds(), Withdrawn(), Status(), FirstSeen(), Owner()]).OfType<TrustSignal>()];

    private static PackageVersion? NewestOf(IEnumerable<FileFacts> files)
    {
        var versions = files.OrderBy(f => f.RemovedSince is null ? 0 : 1).GroupBy(f => f.RemovedSince is null).FirstOrDefault()?.Select(f => f.Name.Version).OfType<PackageVersion>().ToArray() ?? [];
        return versions.Where(v => !v.IsPrerelease).DefaultIfEmpty().Max() ?? versions.DefaultIfEmpty().Max();
    }

    private TrustSignal Age()
    {
        if (_files.Min(f => f.Start) is not { } first) return new("Age of the project", SignalTone.Caution, "not known: the index told no upload time", Told);
        return new("Age of the project", _now - first < Young ? SignalTone.Caution : SignalTone.Good, $"{Words.Span(_now - first)}; its first upload was on {first.UtcDateTime:yyyy-MM-dd}", Told);
    }

    private TrustSignal? Release()
    {
        if (NewestVersion is not { } version) return null;
        if (Newest.Min(f => f.Start) is not { } first) return new("Newest release", SignalTone.Caution, $"{version}, of an age that isn't known", Told);
        return new("Newest release", _now - first < Fresh ? SignalTone.Caution : SignalTone.Good, $"{version}, {Words.Span(_now - first)} old", Told);
    }

    private TrustSignal Hashes()
    {
        var (changed, conflicts, unproven) = (_files.Count(f => f.Pin is { Outcome: PinOutcome.Changed }), _files.Count(f => f.Record is { Conflict: true }), _files.Count(f => f.Record is null));
        var (tone, text) = (changed, conflicts, unproven) switch
        {
            ( > 0, _, _) => (SignalTone.Bad, $"the index claims other bytes than were first seen for {Words.Count(changed, "file")}"),
            (_, > 0, _) => (SignalTone.Bad, $"journals disagree about {Words.Count(conflicts, "file")}"),
            (_, _, > 0) => (SignalTone.Caution, $"{Words.Count(unproven, "file")} without a trust record"),
            _ => (SignalTone.Good, "every file is as it was first seen"),
        };
        return new("Hashes", tone, text, Recorded);
    }

    private TrustSignal Advisories()
    {
        const string source = "the advisories in force";
        var index = _project.Facts.Policy.Advisories;
        if (!index.IsLoaded) return new("Advisories", SignalTone.Caution, "no advisories are loaded", source);
        var of = index.For(_project.Facts.Page.Project);
        var newest = NewestVersion is null ? null : of.Of(NewestVersion);
        var malware = _files.DistinctBy(f => f.Name.Version).Sum(f => of.Of(f.Name.Version).Malware.Count > 0 ? 1 : 0);
        if (malware > 0) return new("Advisories", SignalTone.Bad, $"malware in {Words.Count(malware, "release")}", source);
        if (newest is { Vulnerabilities.Count: > 0 and var known }) return new("Advisories", SignalTone.Caution, $"{Words.Count(known, "known vulnerability", "known vulnerabilities")} in {NewestVersion}", source);
        return of.Records.Any() ? new("Advisories", SignalTone.Plain, "none on the newest release; on earlier ones, see below", source) : new("Advisories", SignalTone.Good, "none", source);
    }

    private TrustSignal? Publisher()
    {
        const string source = "asserted by the index, recorded here; signatures aren't verified";
        var publishers = Newest.Where(f => f.Provenance is { Level: ProvenanceLevel.Consistent }).SelectMany(f => f.Provenance!.Publishers).Distinct().ToArray();
        if (publishers.Length == 0) return new("Publisher", SignalTone.Plain, _project.Facts.Publishers.Trusted.Count > 0 ? "earlier releases have one, that of the newest wasn't learned" : "not known: no provenance was learned", source);
        var names = string.Join(", ", publishers.Select(p => p.ToString()));
        if (Newest.Any(_project.Facts.IsPublisherUnchanged)) return new("Publisher", SignalTone.Good, $"unchanged: {names}", source);
        return _project.Facts.Publishers.Trusted.All(t => publishers.Contains(t.Publisher))
            ? new("Publisher", SignalTone.Plain, $"{names}, the first that was seen", source)
            : new("Publisher", SignalTone.Bad, $"{names}; earlier releases came from others", source);
    }

    private TrustSignal? Provenance()
    {
        const string source = "of the index (PEP 740), held against name and hash here";
        if (Newest.Count == 0) return null;
        if (Newest.FirstOrDefault(f => f.Provenance is { Level: ProvenanceLevel.Inconsistent }) is { } wrong) return new("Provenance", SignalTone.Bad, wrong.Provenance!.Problem ?? "it speaks of something else", source);
        if (Newest.Any(_project.Facts.Releases.HasLost)) return new("Provenance", SignalTone.Bad, "earlier releases have it, the newest doesn't", source);
        var attested = Newest.Count(f => f.IsAttested);
        return attested == Newest.Count ? new("Provenance", SignalTone.Good, "every file of the newest release has it", source)
            : new("Provenance", SignalTone.Plain, attested == 0 ? "none" : $"{attested} of {Words.Count(Newest.Count, "file")} of the newest release", source);
    }

    private TrustSignal? Name()
    {
        const string source = "compared with the list of popular projects";
        if (_project.Facts.Upstream.Projects.Count > 0) return new("Name", SignalTone.Good, "the organisation's own: an upstream owns it by name", "settings");
        return _project.Facts.Lookups.Lookalike is { } popular
            ? new("Name", SignalTone.Bad, $"easily mistaken for {popular}, which is far more popular", source)
            : new("Name", SignalTone.Good, "like no other popular name", source);
    }

    private TrustSignal Releases()
    {
        var releases = _files.Select(f => f.Name.Version).OfType<PackageVersion>().Distinct().Count();
        return new("Releases", releases <= 1 ? SignalTone.Caution : SignalTone.Plain, $"{Words.Count(releases, "release")}, {Words.Count(_files.Length, "file")}", Chosen);
    }

    private TrustSignal? Kinds()
    {
        if (Newest.Count == 0) return null;
        var hasWheel = Newest.Any(f => f.Name.Kind == DistributionKind.Wheel);
        return new("Newest files", hasWheel ? SignalTone.Plain : SignalTone.Caution, hasWheel ? "wheels" : "no wheel: to install it runs code of its own", Chosen);
    }

    private TrustSignal Withdrawn()
    {
        var yanked = _files.Where(f => f.File.Yanked.IsYanked).Select(f => f.Name.Version).Distinct().Count();
        var removed = _files.Count(f => f.RemovedSince is not null);
        var text = string.Join(", ", new[] { yanked > 0 ? Words.Count(yanked, "release") + " yanked" : null, removed > 0 ? Words.Count(removed, "file") + " removed upstream" : null }.OfType<string>());
        return new("Withdrawn", removed > 0 || Newest.Any(f => f.File.Yanked.IsYanked) ? SignalTone.Caution : SignalTone.Plain, text.Length > 0 ? text : "nothing", "of the index");
    }

    private TrustSignal Status()
    {
        var (status, reason) = _project.Facts.Page.Status;
        var tone = _project.Facts.Page.Status.IsQuarantined ? SignalTone.Bad : status == "active" ? SignalTone.Plain : SignalTone.Caution;
        return new("Project status", tone, reason is null ? status : $"{status}: {reason}", "of the index; its reason is free text");
    }

    private TrustSignal FirstSeen() => _files.Min(f => f.Record?.FirstSeen) is { } seen
        ? new("First seen here", SignalTone.Plain, $"{seen.UtcDateTime:yyyy-MM-dd}, {Words.Ago(seen, _now)}", Recorded)
        : new("First seen here", SignalTone.Caution, "no file is on record", Recorded);

    private TrustSignal Owner() => new("Upstream", SignalTone.Plain, _project.Facts.Upstream.Name, "settings");
}
