using System.Collections.Frozen;
using Hashgate.Core.Policy;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Telemetry;

/// <summary>Counts what was refused, held, served with a warning, and not to be had.</summary>
internal sealed class RefusalCounters
{
    private static readonly FetchErrorKind[] Kinds = Enum.GetValues<FetchErrorKind>();
    private static readonly FrozenDictionary<string, int> Rules = RuleNames.All.Select((name, index) => KeyValuePair.Create(name, index)).ToFrozenDictionary(StringComparer.Ordinal);

    // One place more than there are rules, for one that is not among them: to count must never fail.
    private readonly long[] _blocked = new long[RuleNames.All.Count + 1];
    private readonly long[] _held = new long[RuleNames.All.Count + 1];
    private readonly long[] _warned = new long[RuleNames.All.Count + 1];
    private readonly long[] _unavailable = new long[Kinds.Length];

    public void Refused(Finding finding) => Count(finding.Verdict == Verdict.Hold ? _held : _blocked, finding.Rule);

    public void Warned(Finding finding) => Count(_warned, finding.Rule);

    public void Unavailable(FetchErrorKind kind) => Interlocked.Increment(ref _unavailable[(int)kind]);

    public IEnumerable<(string Rule, long Blocked, long Held, long Warned)> ByRule =>
        RuleNames.All.Append("other").Select((rule, i) => (rule, Interlocked.Read(ref _blocked[i]), Interlocked.Read(ref _held[i]), Interlocked.Read(ref _warned[i])));

    public IEnumerable<(FetchErrorKind Kind, long Count)> ByKind => Kinds.Select(kind => (kind, Interlocked.Read(ref _unavailable[(int)kind])));

    private static void Count(long[] counts, string rule) => Interlocked.Increment(ref counts[Rules.GetValueOrDefault(rule, RuleNames.All.Count)]);
}
