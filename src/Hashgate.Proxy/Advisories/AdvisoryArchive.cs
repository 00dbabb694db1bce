using System.IO.Compression;
using Hashgate.Core.Packaging;

namespace Hashgate.Proxy.Advisories;

/// <summary>Reads a zip file of records. Nothing is unpacked to disk, and no name in it becomes a path.</summary>
internal static class AdvisoryArchive
{
    /// <exception cref="FeedException">It is no zip file, is broken, or has more than any feed should have.</exception>
    public static void Read(Stream zip, AdvisoryLimits limits, RecordReading reading, CancellationToken cancellationToken)
    {
        if (zip.Length > limits.MaxArchiveBytes) throw new FeedException($"It has more than {limits.MaxArchiveBytes} bytes.");
        try
        {
            if (ZipDirectory.Excess(zip, limits.MaxArchiveEntries, limits.MaxDirectoryBytes) is { } excess) throw new FeedException(excess);
            zip.Position = 0;
            using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in archive.Entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!RecordReading.IsRecord(entry.FullName)) continue;
                using var content = entry.Open();
                reading.Add(entry.FullName, content);
            }
        }
        catch (InvalidDataException error)
        {
            throw new FeedException("It is no zip file, or a broken one.", error);
        }
    }
}
