using System.Diagnostics;
using Hashgate.Core.Packaging;
using Hashgate.Storage.Blobs.Disk;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Blobs;

public sealed class BlobCrashTests
{
    private const int Rounds = 20;

    [Fact]
    public async Task Kill_at_any_moment_leaves_whole_blobs_and_an_empty_staging()
    {
        using var directory = new TemporaryDirectory();
        var announced = new List<Sha256Digest>();
        for (var round = 0; round < Rounds; round++)
        {
            announced.AddRange(await KillAfterAsync(directory.Path, blobs: 1 + round * 3));

            var events = new MemoryEventLog();
            await using var store = new DiskBlobStore(Options(directory.Path), events, TimeProvider.System, NullLogger.Instance, () => long.MaxValue);
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(directory.Path, "staging")));
            store.Upkeep.Reconcile(default);
            // Everything that was said to be published is there, and whatever is there is whole.
            foreach (var digest in announced) await AssertWholeAsync(store, digest);
            await store.Scrubber.ScrubAsync(default);
            Assert.Equal(0, store.Stats.Scrub.Removed);
            Assert.Empty(events.Recorded);
        }
    }

    /// <summary>Publishes blobs of many sizes, three at a time, and says each one's digest when it is published.</summary>
    internal static async Task<int> PublishForeverAsync(string directory)
    {
        await using var store = new DiskBlobStore(Options(directory), new MemoryEventLog(), TimeProvider.System, NullLogger.Instance, () => long.MaxValue);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var bytes = new byte[Random.Shared.Next(1, 300_000)];
                Random.Shared.NextBytes(bytes);
                await using var staging = (await store.StageAsync(bytes.Length, default))!;
                for (var at = 0; at < bytes.Length; at += 10_000) await staging.WriteAsync(bytes.AsMemory(at, Math.Min(10_000, bytes.Length - at)), default);
                var digest = Sha256Digest.Of(bytes);
                await staging.PublishAsync(digest, default);
                Console.WriteLine(digest);
            }
        })));
        return 0;
    }

    private static async Task<List<Sha256Digest>> KillAfterAsync(string directory, int blobs)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["exec", typeof(BlobCrashTests).Assembly.Location, "publish-blobs", directory]) start.ArgumentList.Add(argument);
        using var child = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var digests = new List<Sha256Digest>();
        try
        {
            while (digests.Count < blobs && await child.StandardOutput.ReadLineAsync(patience.Token) is { } line) digests.Add(Sha256Digest.Parse(line));
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }
        Assert.Equal(blobs, digests.Count);
        return digests;
    }

    private static async Task AssertWholeAsync(DiskBlobStore store, Sha256Digest digest)
    {
        await using var blob = await store.OpenAsync(digest, default);
        Assert.NotNull(blob);
        Assert.Equal(digest, Sha256Digest.Of(BlobTestBed.ReadAll(blob)));
    }

    private static DiskBlobOptions Options(string directory) =>
        new() { DataDirectory = directory, MaxBytes = 1L << 40, MinFreeBytes = 0, ScrubBytesPerSecond = long.MaxValue };
}
