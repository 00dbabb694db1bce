using System.Globalization;

namespace Hashgate.Core.Trust;

/// <summary>What stands against taking first uses, bucket by bucket; safe for concurrent use.</summary>
internal sealed class BucketProblems(int buckets)
{
    // As many different ones are told: what stands against one bucket mostly stands against many.
    private const int MaxTold = 4;

    private readonly string?[] _problems = new string?[buckets];

    public string? this[int bucket]
    {
        get => Volatile.Read(ref _problems[bucket]);
        set => Volatile.Write(ref _problems[bucket], value);
    }

    /// <summary>The problems, each once; where only some buckets have it, with their number.</summary>
    public IEnumerable<string> Told => _problems.OfType<string>().GroupBy(p => p).Take(MaxTold).Select(p => p.Count() is var count && count == _problems.Length
        ? p.Key
        : string.Create(CultureInfo.InvariantCulture, $"{p.Key} (So in {count} of the {_problems.Length} buckets of projects.)"));
}
