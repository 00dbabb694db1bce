using Hashgate.Core.Advisories;

namespace Hashgate.Proxy.Advisories;

/// <summary>Gathers the records of a whole source. One that can't be read now stays as it was: a slip must not take a block away.</summary>
/// <param name="known">What was read before.</param>
internal sealed class RecordReading(AdvisoryLimits limits, PackedAdvisories? known) : IDisposable
{
    private const string Extension = ".json";

    private readonly OsvTextPool _pool = new();
    private readonly AdvisoryPacker _packer = new();
    private long _bytes;

    public int Unreadable { get; private set; }

    /// <summary>Whether an entry of an archive, or a file of a folder, is a record by its name.</summary>
    public static bool IsRecord(string name) => name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes one record.</summary>
    /// <param name="name">What it is called in its archive or folder: its id, if nobody renamed it.</param>
    /// <param name="content">At the beginning of the record.</param>
    /// <exception cref="FeedException">There is more than any feed should have.</exception>
    public void Add(string name, Stream content)
    {
        if (_packer.Count + Unreadable >= limits.MaxRecords) throw new FeedException($"It has more than {limits.MaxRecords} records.");
        var bytes = ReadBounded(content);
        // Packed, a record may be larger than it came: JSON has longer ways to write a letter.
        if ((_bytes += bytes.Length) > limits.MaxUnpackedBytes || _packer.Bytes > limits.MaxUnpackedBytes) throw new FeedException($"Its records have more than {limits.MaxUnpackedBytes} bytes.");
        if (bytes.Length <= limits.MaxRecordBytes && OsvReader.TryRead(bytes, out var record, out _, _pool)) _packer.Add(record);
        else
        {
            Unreadable++;
            var id = name[..^Extension.Length];
            if (!_packer.Contains(id) && known?.Find(id) is { } before) _packer.Add(before);
        }
    }

    /// <summary>All that were taken.</summary>
    public PackedAdvisories Pack() => _packer.Pack();

    public void Dispose() => _packer.Dispose();

    /// <summary>All of it, or one byte more than a record may have.</summary>
    private ReadOnlyMemory<byte> ReadBounded(Stream content)
    {
        var read = 0;
        while (true)
        {
            if (read == _buffer.Length) Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, limits.MaxRecordBytes + 1));
            var count = content.Read(_buffer, read, _buffer.Length - read);
            read += count;
            if (count == 0 || read > limits.MaxRecordBytes) return _buffer.AsMemory(0, read);
        }
    }

    private byte[] _buffer = new byte[Math.Min(64 << 10, limits.MaxRecordBytes + 1)];
}
