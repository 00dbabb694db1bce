using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Trust;

/// <summary>A journal that counts by bucket knows after a start what it knew before, whatever its last lines tell.</summary>
public sealed class BucketJournalLinesTests : IDisposable
{
    private static readonly ProjectName[] Projects = [.. Enumerable.Range(0, 200).Select(n => ProjectName.Parse($"project-{n}"))];
    private readonly TemporaryDirectory _directory = new();

    private string Folder => Path.Combine(_directory.Path, "journal");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1 << 20, 1)]
    [InlineData(1 << 20, 65)]
    [InlineData(1 << 20, 300)]
    [InlineData(3000, 300)]
    public async Task Open_again_knows_every_bucket(int segmentBytes, int appends)
    {
        var random = new Random(appends);
        var (high, through) = (None, None);
        await using (var journal = FileTrustJournal.Open(Folder, segmentBytes))
        {
            await journal.AppendAsync([Store()], default, default);
            for (var n = 0; n < appends; n++)
            {
                // Mostly one record, as proofs are; now and then several of several buckets, as an import's.
                JournalEntry[] entries = [.. Enumerable.Range(0, random.Next(10) == 0 ? 5 : 1).Select(_ => New(random.Next(Projects.Length), random.Next(1000)))];
                foreach (var entry in entries) high = high.Raised(ProjectBuckets.Of(entry.Record!.Project), entry.Sequence);
                through = through.Raised(ProjectBuckets.Of(entries[^1].Record!.Project), n);
                await journal.AppendAsync(entries, through, default);
                if (n % 50 == 49) Assert.Equal((high, through), (journal.HighestSequence, journal.CompleteThrough));
            }
        }
        await using var again = FileTrustJournal.Open(Folder);
        Assert.Equal(("s", high, through), (again.Identity, again.HighestSequence, again.CompleteThrough));
    }

    [Fact]
    public async Task Open_journal_that_counted_for_all_counts_by_bucket_from_the_store_on_that_has_several()
    {
        await using (var journal = FileTrustJournal.Open(Folder))
        {
            await journal.AppendAsync([new JournalEntry { Kind = JournalKind.Store, When = default, Identity = "s" }, New(0, 7), New(1, 8)], BucketSequences.All(8), default);
            await journal.AppendAsync([Store(8)], default, default);
            await journal.AppendAsync([New(0, 9)], BucketSequences.All(0), default);
        }
        await using var again = FileTrustJournal.Open(Folder);
        var all = BucketSequences.All(8).AtLeast(ProjectBuckets.Count);
        Assert.Equal((all.Raised(ProjectBuckets.Of(Projects[0]), 9), all), (again.HighestSequence, again.CompleteThrough));
    }

    [Fact]
    public async Task Line_tells_of_its_bucket_and_is_hardly_longer()
    {
        await using (var journal = FileTrustJournal.Open(Folder))
        {
            await journal.AppendAsync([Store()], default, default);
            for (var n = 1; n <= 200; n++) await journal.AppendAsync([New(0, n)], None.Raised(ProjectBuckets.Of(Projects[0]), n), default);
        }
        var lines = await File.ReadAllLinesAsync(Directory.GetFiles(Folder).Single());
        Assert.Equal(4, lines.Count(l => l.Contains("\"high\":[", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Open_lines_without_their_beginning_is_damaged()
    {
        await using (var journal = FileTrustJournal.Open(Folder))
        {
            await journal.AppendAsync([Store()], default, default);
            await journal.AppendAsync([New(0, 1)], default, default);
        }
        var file = Directory.GetFiles(Folder).Single();
        await File.WriteAllLinesAsync(file, (await File.ReadAllLinesAsync(file))[1..]);
        Assert.Contains("its beginning is missing", Assert.Throws<InvalidDataException>(() => FileTrustJournal.Open(Folder)).Message, StringComparison.Ordinal);
    }

    private static BucketSequences None => BucketSequences.All(0).AtLeast(ProjectBuckets.Count);

    private static JournalEntry Store(long sequence = 0) => new() { Kind = JournalKind.Store, When = default, Identity = "s", Sequences = BucketSequences.All(sequence).AtLeast(ProjectBuckets.Count) };

    private static JournalEntry New(int project, long sequence) => new()
    {
        Kind = JournalKind.New,
        When = default,
        Sequence = sequence,
        Record = TrustRecord.Of(Projects[project], "pypi", TrustClaims.Of("a.zip", "a"), default, sequence),
    };
}
