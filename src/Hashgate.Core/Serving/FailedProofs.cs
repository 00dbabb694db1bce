using System.Collections.Concurrent;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Core.Serving;

/// <summary>
/// The downloads that failed their proof: none is repeated for 5 minutes, doubling with each failure in a row up to an hour, so that a
/// bad mirror is not hammered and every client meanwhile gets the explained refusal.
/// </summary>
public sealed class FailedProofs(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Old entries are forgotten past this number, the earliest to end first.</summary>
    private const int MaxEntries = 100_000;

    private readonly ConcurrentDictionary<(ProjectName, FileKey), Entry> _entries = new();

    /// <summary>Whether no failure is on the books.</summary>
    public bool IsEmpty => _entries.IsEmpty;

    /// <summary>The failure that is in force now, if any.</summary>
    public FailedProof? Current(ProjectName project, FileKey key) =>
        !IsEmpty && _entries.TryGetValue((project, key), out var entry) && entry.Proof.Until > time.GetUtcNow() ? entry.Proof : null;

    /// <summary>Notes a failure, unless one is in force: many who waited for one download tell of the same.</summary>
    public (FailedProof Proof, bool IsNews) Add(ProjectName project, FileKey key, string rule, string reason)
    {
        if (_entries.Count >= MaxEntries) Forget();
        var now = time.GetUtcNow();
        Entry? added = null;
        var entry = _entries.AddOrUpdate((project, key), _ => added = Next(0), (_, last) => last.Proof.Until > now ? last : added = Next(last.InARow));
        return (entry.Proof, ReferenceEquals(entry, added));

        Entry Next(int before)
        {
            var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(before, 8)));
            return new Entry(new FailedProof(rule, reason, now + pause), before + 1);
        }
    }

    /// <summary>The file was proven, or an operator accepted other bytes for it. True where a failure was on the books.</summary>
    public bool Clear(ProjectName project, FileKey key) => _entries.TryRemove((project, key), out _);

    private void Forget()
    {
        foreach (var (key, _) in _entries.OrderBy(e => e.Value.Proof.Until).Take(MaxEntries / 10)) _entries.TryRemove(key, out _);
    }

    private sealed record Entry(FailedProof Proof, int InARow);
}
