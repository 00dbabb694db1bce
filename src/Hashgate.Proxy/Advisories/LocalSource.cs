using System.Globalization;
using Hashgate.Core.Advisories;

namespace Hashgate.Proxy.Advisories;

/// <summary>Advisories in a zip file or a folder on this machine, read again whenever its times or sizes change.</summary>
internal sealed class LocalSource(string path, AdvisoryLimits limits, TimeProvider time) : IAdvisorySource
{
    private static readonly EnumerationOptions Walk = new() { RecurseSubdirectories = true, MaxRecursionDepth = 16, AttributesToSkip = FileAttributes.ReparsePoint };

    public Task<AdvisoryAnswer> AskAsync(AdvisorySet? known, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(Ask(known is not null && known.Source == path ? known : null, cancellationToken));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FeedException($"It can't be read: {error.Message}", error);
        }
    }

    private AdvisoryAnswer Ask(AdvisorySet? known, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var files = Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", Walk).Where(f => RecordReading.IsRecord(f.Name)).Take(limits.MaxRecords + 1).ToArray() : null;
        var tag = files is null ? TagOf([new FileInfo(path)]) : TagOf(files);
        if (known?.Tag == tag) return new AdvisoryAnswer(known with { CheckedAt = now }, IsWhole: true);

        using var reading = new RecordReading(limits, known?.Records);
        if (files is null)
        {
            using var zip = File.OpenRead(path);
            AdvisoryArchive.Read(zip, limits, reading, cancellationToken);
        }
        else
        {
            foreach (var file in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var content = file.OpenRead();
                reading.Add(Path.GetRelativePath(path, file.FullName), content);
            }
        }
        return new AdvisoryAnswer(new AdvisorySet { Source = path, Records = reading.Pack(), CheckedAt = now, ReadAt = now, Tag = tag }, IsWhole: true, reading.Unreadable);
    }

    private static string TagOf(FileInfo[] files)
    {
        var (last, bytes) = (DateTime.MinValue, 0L);
        foreach (var file in files)
        {
            bytes += file.Length;
            if (file.LastWriteTimeUtc > last) last = file.LastWriteTimeUtc;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{files.Length} {bytes} {last:O}");
    }
}
