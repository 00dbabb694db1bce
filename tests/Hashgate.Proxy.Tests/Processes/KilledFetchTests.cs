using System.Net;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

public sealed class KilledFetchTests
{
    private const int Kills = 20;

    [Fact]
    public async Task Kill_during_a_fetch_leaves_no_partial_blob_and_every_record()
    {
        await using var index = await FakeIndex.StartAsync();
        await using var hashgate = new KilledHashgate(index);
        FakeFile[] before = [];
        for (var kill = 0; kill < Kills; kill++)
        {
            var files = AddFiles(index, $"fetch-{kill}");
            await hashgate.StartAsync();
            await AssertServedAsync(hashgate, before, mayHaveChanged: kill % 3 == 1);
            await hashgate.AskAsync($"fetch-{kill}");
            await FetchAndKillAsync(index, hashgate, files, kill);
            // The one that was under way is another file from now on, as far as the index is concerned.
            if (kill % 3 == 0) Change(files[0]);
            before = files;
        }
        await hashgate.StartAsync();
        await AssertServedAsync(hashgate, before, mayHaveChanged: Kills % 3 == 1);
        await hashgate.CompareStoreAndJournalAsync();
    }

    /// <summary>One file that is streamed while it comes, and some that nobody sees before their proof.</summary>
    private static FakeFile[] AddFiles(FakeIndex index, string project) =>
        [.. new[] { 300_000, 3_000, 4_000, 5_000, 60_000 }.Select((size, i) => index.Add(TestWheel.Build(project, $"1.{i}", padding: size)))];

    private static void Change(FakeFile file)
    {
        file.Bytes = [.. file.Bytes[..^1], (byte)(file.Bytes[^1] ^ 1)];
        file.ClaimBytes();
    }

    /// <summary>Either at a certain byte of the body, or at some moment of receiving, flushing, renaming and recording.</summary>
    private static async Task FetchAndKillAsync(FakeIndex index, KilledHashgate hashgate, FakeFile[] files, int kill)
    {
        var genuine = files.Select(f => f.Bytes).ToArray();
        var gate = new Gate();
        if (kill % 2 == 0) index.Faults.Once(files[0].Path, Fault.HoldBody(files[0].Bytes.Length * kill / Kills, gate));
        var downloads = files.Select(hashgate.DownloadAsync).ToArray();
        if (kill % 2 == 0) await gate.Reached;
        else await Task.Delay(5 * kill);
        await hashgate.KillAsync();
        gate.Open();
        foreach (var ((status, isWhole, bytes), expected) in (await Task.WhenAll(downloads)).Zip(genuine))
        {
            if (status == HttpStatusCode.OK && isWhole) Assert.Equal(expected, bytes);
            Assert.False(status == HttpStatusCode.OK && !isWhole && bytes.Length >= expected.Length);
        }
    }

    private static async Task AssertServedAsync(KilledHashgate hashgate, FakeFile[] files, bool mayHaveChanged)
    {
        if (files.Length == 0) return;
        await hashgate.AskAsync(files[0].Project.Name);
        foreach (var file in files)
        {
            var (status, isWhole, bytes) = await hashgate.DownloadAsync(file);
            var genuine = TestWheel.Build(file.Project.Name, file.Version, padding: PaddingOf(file)).Bytes;
            if (mayHaveChanged && file == files[0])
            {
                // Whole only if it was proven before the crash: nothing else is that file any more.
                Assert.True(status != HttpStatusCode.OK || !isWhole || bytes.AsSpan().SequenceEqual(genuine));
                continue;
            }
            Assert.Equal((HttpStatusCode.OK, true), (status, isWhole));
            Assert.Equal(genuine, bytes);
        }
    }

    private static int PaddingOf(FakeFile file) => file.Version switch { "1.0" => 300_000, "1.1" => 3_000, "1.2" => 4_000, "1.3" => 5_000, _ => 60_000 };
}
