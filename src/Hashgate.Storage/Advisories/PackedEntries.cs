using System.Text;
using Hashgate.Core.Advisories;
using Hashgate.Core.Packaging;

namespace Hashgate.Storage.Advisories;

/// <summary>What is known of packed records, in bytes that a start reads in milliseconds.</summary>
internal static class PackedEntries
{
    private const byte Withdrawn = 1;

    public static void Write(Stream target, IReadOnlyList<PackedAdvisory> entries)
    {
        using var writer = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true);
        foreach (var entry in entries)
        {
            writer.Write(entry.Id);
            writer.Write(entry.Modified?.UtcTicks ?? 0);
            writer.Write(entry.IsWithdrawn ? Withdrawn : (byte)0);
            writer.Write7BitEncodedInt(entry.MalwareAliases.Count);
            foreach (var alias in entry.MalwareAliases) writer.Write(alias);
            writer.Write7BitEncodedInt(entry.Projects.Count);
            foreach (var project in entry.Projects) writer.Write(project.Value);
            writer.Write7BitEncodedInt(entry.Sha256s.Count);
            foreach (var digest in entry.Sha256s) writer.Write(digest.ToArray());
            writer.Write7BitEncodedInt(entry.Length);
        }
    }

    /// <exception cref="IOException">There are fewer.</exception>
    /// <exception cref="FormatException">They aren't what was written.</exception>
    public static PackedAdvisory[] Read(Stream source, int count)
    {
        using var reader = new BinaryReader(source, Encoding.UTF8, leaveOpen: true);
        var entries = new PackedAdvisory[count];
        for (var i = 0; i < count; i++)
        {
            var id = reader.ReadString();
            var modified = reader.ReadInt64() is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : (DateTimeOffset?)null;
            var isWithdrawn = reader.ReadByte() == Withdrawn;
            var aliases = Many(reader, static reader => reader.ReadString());
            var projects = Many(reader, static reader => ProjectName.Parse(reader.ReadString()));
            var digests = Many(reader, static reader => new Sha256Digest(reader.ReadBytes(Sha256Digest.Length)));
            entries[i] = new PackedAdvisory(id, modified, isWithdrawn, aliases, projects, digests, reader.Read7BitEncodedInt());
        }
        return entries;
    }

    private static T[] Many<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var count = reader.Read7BitEncodedInt();
        if (count == 0) return [];
        var items = new T[count];
        for (var i = 0; i < count; i++) items[i] = read(reader);
        return items;
    }
}
