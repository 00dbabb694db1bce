using Hashgate.Core.Blobs;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Storage.Blobs.Disk;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Blobs;

/// <summary>A blob store on a directory and clock of its own, on a disk whose free space the test sets.</summary>
internal sealed class BlobTestBed : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public BlobTestBed(long? maxBytes = null, long minFree = 0)
    {
        Options = new DiskBlobOptions { DataDirectory = _directory.Path, MaxBytes = maxBytes, MinFreeBytes = minFree, ScrubBytesPerSecond = long.MaxValue };
        Store = Start();
    }

    public DiskBlobOptions Options { get; set; }

    public ManualTimeProvider Clock { get; } = new();

    public MemoryEventLog Events { get; } = new();

    /// <summary>Bytes free on the disk, blobs not counted.</summary>
    public long Disk { get; set; } = 1L << 40;

    public DiskBlobStore Store { get; private set; }

    public IEnumerable<Event> Alarms => Events.Recorded.Where(e => e.Kind == EventKinds.StoreAlarm);

    public string[] Staged => Directory.GetFiles(Options.StagingDirectory);

    public string PathOf(Sha256Digest digest) => new BlobDirectory(Options.BlobsDirectory).PathOf(digest);

    /// <summary>Another process's start on the same directory, after a crash: what this one held in memory is gone.</summary>
    public DiskBlobStore Restart() => Store = Start();

    public async Task<Sha256Digest> AddAsync(ReadOnlyMemory<byte> bytes)
    {
        await using var staging = await Store.StageAsync(bytes.Length, default) ?? throw new InvalidOperationException("no room");
        Assert.True(await staging.WriteAsync(bytes, default));
        var digest = Sha256Digest.Of(bytes.Span);
        await staging.PublishAsync(digest, default);
        return digest;
    }

    public async Task<byte[]?> ReadAsync(Sha256Digest digest)
    {
        await using var blob = await Store.OpenAsync(digest, default);
        return blob is null ? null : ReadAll(blob);
    }

    public static byte[] ReadAll(IBlob blob)
    {
        var bytes = new byte[blob.Length + 1];
        var length = 0;
        for (int read; (read = blob.Read(bytes.AsSpan(length), length)) > 0;) length += read;
        return bytes[..length];
    }

    /// <summary>Overwrites bytes in place, until the file system's clock has ticked and shows it.</summary>
    public void Overwrite(Sha256Digest digest, byte[] bytes, DateTime? modified = null)
    {
        using var before = File.OpenHandle(PathOf(digest));
        var identity = Posix.Identify(before);
        while (Posix.Identify(before) == identity)
        {
            File.WriteAllBytes(PathOf(digest), bytes);
            if (modified is { } time) File.SetLastWriteTimeUtc(PathOf(digest), time);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _directory.Dispose();
    }

    private DiskBlobStore Start() => new(Options, Events, Clock, NullLogger.Instance, () => Disk - Used());

    private long Used() => new DirectoryInfo(Options.DataDirectory).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(f => f.FullName != Options.IndexFile).Sum(f => f.Exists ? f.Length : 0);
}
