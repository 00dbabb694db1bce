using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Trust;

public sealed class FileTrustJournalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Folder => Path.Combine(_directory.Path, "journal");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Open_again_knows_identity_sequences_and_every_entry()
    {
        JournalEntry[] entries = [Store("s"), New(1), New(2)];
        await using (var journal = FileTrustJournal.Open(Folder))
        {
            await journal.AppendAsync(entries, BucketSequences.All(2), default);
            await journal.AppendAsync([New(9)], BucketSequences.All(0), default);
        }
        await using var again = FileTrustJournal.Open(Folder);
        Assert.Equal(("s", BucketSequences.All(9), BucketSequences.All(2)), (again.Identity, again.HighestSequence, again.CompleteThrough));
        Assert.Equal([.. entries, New(9)], await ReadAsync(again));
    }

    [Fact]
    public async Task Append_past_the_bound_starts_new_segments_that_read_as_one()
    {
        await using (var journal = FileTrustJournal.Open(Folder, segmentBytes: 1000))
        {
            for (var i = 1; i <= 20; i++) await journal.AppendAsync([New(i)], BucketSequences.All(i), default);
            Assert.Equal(20, (await ReadAsync(journal)).Count);
        }
        Assert.True(Directory.GetFiles(Folder).Length > 3);
        await using var again = FileTrustJournal.Open(Folder);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => New(i)), await ReadAsync(again));
        Assert.Equal(BucketSequences.All(20), again.CompleteThrough);
    }

    [Fact]
    public async Task Open_torn_last_line_is_cut_off_and_kept_aside()
    {
        await using (var journal = FileTrustJournal.Open(Folder)) await journal.AppendAsync([Store("s"), New(1), New(2)], BucketSequences.All(2), default);
        var file = Directory.GetFiles(Folder).Single();
        var bytes = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, bytes[..^30]);
        await using var again = FileTrustJournal.Open(Folder);
        Assert.Equal(BucketSequences.All(1), again.HighestSequence);
        Assert.StartsWith("{\"store\":\"s\",\"high\":2", await File.ReadAllTextAsync(again.TornFile!), StringComparison.Ordinal);
        await again.AppendAsync([New(3)], BucketSequences.All(0), default);
        Assert.Equal([Store("s"), New(1), New(3)], await ReadAsync(again));
    }

    [Fact]
    public async Task Open_crash_before_the_first_line_of_a_segment_takes_the_tail_of_the_one_before()
    {
        await using (var journal = FileTrustJournal.Open(Folder)) await journal.AppendAsync([Store("s"), New(7)], BucketSequences.All(7), default);
        await File.WriteAllTextAsync(Path.Combine(Folder, "00000002.jsonl"), "{\"st");
        await using var again = FileTrustJournal.Open(Folder);
        Assert.Equal(("s", BucketSequences.All(7)), (again.Identity, again.HighestSequence));
        Assert.NotNull(again.TornFile);
    }

    [Fact]
    public async Task Read_damaged_line_is_an_error_that_names_it()
    {
        await using (var journal = FileTrustJournal.Open(Folder)) await journal.AppendAsync([New(1), New(2), New(3)], BucketSequences.All(3), default);
        var file = Directory.GetFiles(Folder).Single();
        var lines = await File.ReadAllLinesAsync(file);
        lines[1] = "oops";
        await File.WriteAllTextAsync(file, string.Join('\n', lines) + "\n");
        await using var again = FileTrustJournal.Open(Folder);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(again));
        Assert.Contains($"{file}, line 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_damaged_last_line_is_an_error()
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "00000001.jsonl"), "{}\noops\n");
        Assert.Throws<InvalidDataException>(() => FileTrustJournal.Open(Folder));
    }

    [Fact]
    public void Open_folder_that_cannot_be_made_is_unavailable()
    {
        File.WriteAllText(Folder, "a file");
        Assert.Throws<StoreUnavailableException>(() => FileTrustJournal.Open(Path.Combine(Folder, "deeper")));
    }

    [Fact]
    public async Task Append_many_at_once_shares_flushes()
    {
        var flushes = 0;
        using var hold = new ManualResetEventSlim();
        await using var journal = FileTrustJournal.Open(Folder, 1 << 20, handle =>
        {
            if (Interlocked.Increment(ref flushes) == 2) hold.Wait();
            RandomAccess.FlushToDisk(handle);
        });
        var appends = Enumerable.Range(1, 100).Select(i => journal.AppendAsync([New(i)], BucketSequences.All(i), default).AsTask()).ToArray();
        Assert.All(appends, a => Assert.False(a.IsCompleted));
        hold.Set();
        await Task.WhenAll(appends);
        Assert.True(flushes <= 4, $"{flushes} flushes for 100 appends");
        Assert.Equal(Enumerable.Range(1, 100).Select(i => New(i)), await ReadAsync(journal));
    }

    [Fact]
    public async Task Append_failed_flush_refuses_everything_until_reopened_and_leaves_no_trace()
    {
        var full = false;
        await using var journal = FileTrustJournal.Open(Folder, 1 << 20, handle =>
        {
            if (full) throw new IOException("No space left on device");
            RandomAccess.FlushToDisk(handle);
        });
        await journal.AppendAsync([New(1)], BucketSequences.All(1), default);
        full = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await journal.AppendAsync([New(2)], BucketSequences.All(2), default));
        Assert.Contains("No space left", journal.Failure, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await journal.ReopenAsync(default));
        full = false;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await journal.AppendAsync([New(3)], BucketSequences.All(3), default));
        Assert.Equal((BucketSequences.All(1), BucketSequences.All(1)), (journal.HighestSequence, journal.CompleteThrough));
        await journal.ReopenAsync(default);
        Assert.Null(journal.Failure);
        await journal.AppendAsync([New(4)], BucketSequences.All(0), default);
        Assert.Equal([New(1), New(4)], await ReadAsync(journal));
    }

    private static JournalEntry Store(string identity) => new() { Kind = JournalKind.Store, When = DateTimeOffset.UnixEpoch, Identity = identity };

    private static JournalEntry New(int n) => new()
    {
        Kind = JournalKind.New,
        When = DateTimeOffset.UnixEpoch.AddTicks(n),
        Sequence = n,
        Record = TrustRecord.Of(ProjectName.Parse("demo"), "pypi", TrustClaims.Of($"demo-{n}.zip", "a"), DateTimeOffset.UnixEpoch.AddTicks(n)) with { Sequence = n },
    };

    private static async Task<List<JournalEntry>> ReadAsync(FileTrustJournal journal)
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in journal.ReadAsync(default)) entries.Add(entry);
        return entries;
    }
}
