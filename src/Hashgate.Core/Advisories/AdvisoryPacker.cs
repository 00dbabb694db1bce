using System.Buffers;
using System.Text.Json;

namespace Hashgate.Core.Advisories;

/// <summary>Packs records one by one, so that a feed is never in memory as objects. For one thread.</summary>
public sealed class AdvisoryPacker : IDisposable
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<(PackedAdvisory Entry, int Start)> _entries = [];
    private readonly ArrayBufferWriter<byte> _written = new(1 << 20);
    private readonly Utf8JsonWriter _json;

    public AdvisoryPacker() => _json = new Utf8JsonWriter(_written);

    /// <summary>How many ids there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The bytes written so far, those of replaced records included.</summary>
    public int Bytes => _written.WrittenCount;

    public bool Contains(string id) => _numbers.ContainsKey(id);

    /// <summary>Takes a record, in place of one with the same id.</summary>
    public void Add(OsvRecord record)
    {
        var start = Bytes;
        OsvWriter.Write(_json, record);
        _json.Flush();
        _json.Reset();
        Put(PackedAdvisory.Of(record, Bytes - start), start);
    }

    /// <summary>Takes a packed record, in place of one with the same id.</summary>
    public void Add(PackedAdvisory entry, ReadOnlySpan<byte> json)
    {
        var start = Bytes;
        _written.Write(json);
        Put(entry, start);
    }

    public PackedAdvisories Pack()
    {
        // Without what was replaced, and without the writer's spare room.
        var json = new byte[_entries.Sum(e => e.Entry.Length)];
        var end = 0;
        foreach (var (entry, start) in _entries)
        {
            _written.WrittenSpan.Slice(start, entry.Length).CopyTo(json.AsSpan(end));
            end += entry.Length;
        }
        return new PackedAdvisories([.. _entries.Select(e => e.Entry)], json);
    }

    public void Dispose() => _json.Dispose();

    private void Put(PackedAdvisory entry, int start)
    {
        if (_numbers.TryAdd(entry.Id, _entries.Count)) _entries.Add((entry, start));
        else _entries[_numbers[entry.Id]] = (entry, start);
    }
}
