using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hashgate.Core.Trust;

/// <summary>
/// A sequence per bucket of projects, or one that holds for all of them. As JSON a number, or an array of <see cref="ProjectBuckets.Count"/>
/// numbers. The default is one 0.
/// </summary>
[JsonConverter(typeof(BucketSequencesConverter))]
public readonly struct BucketSequences : IEquatable<BucketSequences>
{
    private readonly long _all;
    private readonly long[]? _each;

    private BucketSequences(long all, long[]? each) => (_all, _each) = (all, each);

    /// <summary>One sequence for all buckets.</summary>
    public static BucketSequences All(long sequence) => new(sequence, null);

    /// <summary>A sequence per bucket, or one for all.</summary>
    /// <exception cref="FormatException">There are neither one nor <see cref="ProjectBuckets.Count"/>, or one is negative.</exception>
    public static BucketSequences Of(params long[] sequences)
    {
        if (sequences.Length is not (1 or ProjectBuckets.Count) || sequences.Any(s => s < 0))
            throw new FormatException($"Sequences are one number or {ProjectBuckets.Count}, none below 0.");
        return sequences.Length == 1 ? All(sequences[0]) : new BucketSequences(0, [.. sequences]);
    }

    /// <summary>1 or <see cref="ProjectBuckets.Count"/>.</summary>
    public int Count => _each?.Length ?? 1;

    public long this[int bucket] => _each is null ? _all : _each[bucket];

    public long Highest => _each?.Max() ?? _all;

    public long Lowest => _each?.Min() ?? _all;

    /// <summary>How many changes that makes in all.</summary>
    public long Total => _each?.Sum() ?? _all;

    /// <summary>For a store with this many buckets, so that none is too low.</summary>
    public BucketSequences AtLeast(int buckets) => buckets == Count ? this : buckets == 1 ? All(Highest) : Spread();

    /// <summary>For a store with this many buckets, so that none is too high.</summary>
    public BucketSequences AtMost(int buckets) => buckets == Count ? this : buckets == 1 ? All(Lowest) : Spread();

    /// <summary>With a bucket's sequence raised to at least this one; bucket 0 stands for all where there is one.</summary>
    public BucketSequences Raised(int bucket, long sequence)
    {
        if (sequence <= this[bucket]) return this;
        if (_each is null) return All(sequence);
        var each = (long[])_each.Clone();
        each[bucket] = sequence;
        return new BucketSequences(0, each);
    }

    /// <summary>The higher of both for each bucket.</summary>
    public BucketSequences Raised(BucketSequences others)
    {
        if (_each is null && others._each is null) return All(Math.Max(_all, others._all));
        var each = new long[ProjectBuckets.Count];
        for (var bucket = 0; bucket < each.Length; bucket++) each[bucket] = Math.Max(this[bucket], others[bucket]);
        return new BucketSequences(0, each);
    }

    public long[] ToArray() => _each is null ? [_all] : [.. _each];

    public bool Equals(BucketSequences other) => Count == other.Count && (_each is null ? _all == other._all : _each.AsSpan().SequenceEqual(other._each));

    public override bool Equals(object? obj) => obj is BucketSequences other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Count, Highest, Lowest);

    public static bool operator ==(BucketSequences left, BucketSequences right) => left.Equals(right);

    public static bool operator !=(BucketSequences left, BucketSequences right) => !left.Equals(right);

    public override string ToString() => string.Join(',', ToArray());

    private BucketSequences Spread()
    {
        var each = new long[ProjectBuckets.Count];
        Array.Fill(each, _all);
        return new BucketSequences(0, each);
    }
}

/// <summary>A number, or an array of numbers.</summary>
public sealed class BucketSequencesConverter : JsonConverter<BucketSequences>
{
    public override BucketSequences Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var sequences = new List<long>();
        if (reader.TokenType == JsonTokenType.Number) sequences.Add(reader.GetInt64());
        else if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("Sequences are a number or an array.");
        else
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.Number && sequences.Count < ProjectBuckets.Count) sequences.Add(reader.GetInt64());
            if (reader.TokenType != JsonTokenType.EndArray) throw new JsonException($"Sequences are at most {ProjectBuckets.Count} numbers.");
        }
        try
        {
            return BucketSequences.Of([.. sequences]);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, BucketSequences value, JsonSerializerOptions options) => Write(writer, value);

    public static void Write(Utf8JsonWriter writer, BucketSequences value)
    {
        if (value.Count == 1)
        {
            writer.WriteNumberValue(value[0]);
            return;
        }
        writer.WriteStartArray();
        foreach (var sequence in value.ToArray()) writer.WriteNumberValue(sequence);
        writer.WriteEndArray();
    }
}
