namespace Hashgate.Core.Advisories;

/// <summary>
/// A feed's records, each id once, kept as JSON and read when they are asked for: hardly any of a feed's tens of thousands ever is, and to
/// read them all takes longer than a start may. Immutable.
/// </summary>
public sealed class PackedAdvisories
{
    private readonly PackedAdvisory[] _entries;
    private readonly int[] _starts;
    private readonly Lazy<Dictionary<string, int>> _numbers;

    /// <summary>Takes records as <see cref="AdvisoryPacker"/> packed them.</summary>
    /// <param name="entries">What is known of each, in the order of their JSON.</param>
    /// <param name="json">Their JSON, one after another, as <see cref="OsvWriter"/> writes it.</param>
    /// <exception cref="FormatException">The entries tell of other bytes.</exception>
    public PackedAdvisories(IReadOnlyCollection<PackedAdvisory> entries, ReadOnlyMemory<byte> json)
    {
        _entries = [.. entries];
        _starts = new int[_entries.Length];
        Json = json;
        var end = 0L;
        for (var number = 0; number < _entries.Length; number++)
        {
            _starts[number] = (int)end;
            end += _entries[number].Length;
            if (_entries[number].Length < 0 || end > json.Length) break;
        }
        if (end != json.Length) throw new FormatException("the records are not as long as is said of them");
        _numbers = new Lazy<Dictionary<string, int>>(() => _entries.Select((entry, number) => (entry.Id, number)).ToDictionary(e => e.Id, e => e.number, StringComparer.Ordinal));
    }

    public int Count => _entries.Length;

    /// <summary>What is known of each record, by its number.</summary>
    public IReadOnlyList<PackedAdvisory> Entries => _entries;

    /// <summary>The JSON of all records, one after another.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Packs records, withdrawn ones included.</summary>
    public static PackedAdvisories Of(IEnumerable<OsvRecord> records)
    {
        using var packer = new AdvisoryPacker();
        foreach (var record in records) packer.Add(record);
        return packer.Pack();
    }

    /// <summary>The JSON of a record.</summary>
    public ReadOnlyMemory<byte> JsonOf(int number) => Json.Slice(_starts[number], _entries[number].Length);

    /// <summary>Reads a record.</summary>
    /// <param name="pool">Texts that the records read together have in common.</param>
    /// <exception cref="InvalidDataException">It isn't what was packed.</exception>
    public OsvRecord Read(int number, OsvTextPool? pool = null) =>
        OsvReader.TryRead(JsonOf(number), out var record, out var problem, pool) ? record : throw new InvalidDataException($"The advisory {_entries[number].Id} can't be read: {problem}");

    /// <summary>The record with an id; null where there is none.</summary>
    public OsvRecord? Find(string id) => _numbers.Value.TryGetValue(id, out var number) ? Read(number) : null;

    /// <summary>When the record with an id was last changed; null where there is none, or it doesn't say.</summary>
    public DateTimeOffset? ModifiedOf(string id) => _numbers.Value.TryGetValue(id, out var number) ? _entries[number].Modified : null;

    /// <summary>The same records with some added, or put in place of those with their ids.</summary>
    public PackedAdvisories With(IEnumerable<OsvRecord> changed)
    {
        using var packer = new AdvisoryPacker();
        for (var number = 0; number < Count; number++) packer.Add(_entries[number], JsonOf(number).Span);
        foreach (var record in changed) packer.Add(record);
        return packer.Pack();
    }
}
