using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashgate.Core;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;

namespace Hashgate.Storage.Tests.Trust;

public sealed class JournalLineTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.FromHours(2));
    private static readonly Sha256Digest Digest = Sha256Digest.Of("one"u8);

    private static readonly TrustRecord Record = TrustRecord.Of(
        ProjectName.Parse("demo"), "pypi", new FileClaim(new FileKey("demo-1.whl"), "Demo-1.whl", Digest, null, "https://example.org/a?b=<\u00e9>", null, null), Now);

    private static readonly TrustRecord WholeRecord = Record with
    {
        Size = 7,
        ProvenAt = Now.AddTicks(1),
        UploadTime = Now.AddDays(-1),
        CoreMetadata = Sha256Digest.Of("two"u8),
        AcceptedAt = Now.AddHours(1),
        Conflict = true,
        Sequence = long.MaxValue,
    };

    private static readonly FileClaim WholeClaim = new(new FileKey("k"), "f \"quoted\" \u001b", Digest, 1, "u", Now, Sha256Digest.Of("three"u8));

    public static TheoryData<JournalEntry> Entries => new([
        .. Enum.GetValues<JournalKind>().Select(kind => new JournalEntry { Kind = kind, When = Now }),
        new JournalEntry { Kind = JournalKind.Store, When = Now, Identity = "s", Sequence = 3 },
        new JournalEntry { Kind = JournalKind.Store, When = Now, Identity = "s", Sequences = Each(3) },
        new JournalEntry { Kind = JournalKind.New, When = Now, Sequence = 1, Record = Record },
        new JournalEntry { Kind = JournalKind.Changed, When = Now, Record = WholeRecord, Claim = WholeClaim },
        new JournalEntry { Kind = JournalKind.Changed, When = Now, Record = WholeRecord, Claim = WholeClaim with { Size = null, UploadTime = null, CoreMetadata = null } },
        new JournalEntry { Kind = JournalKind.Accepted, When = Now, Sequence = 9, Record = WholeRecord, Actor = "operator", Reason = "looked at \ud83d\ude00" },
    ]);

    /// <summary>What one of them says and the other doesn't would be lost at a restore.</summary>
    [Theory, MemberData(nameof(Entries))]
    public void Written_line_is_what_the_serializer_writes_and_reads(JournalEntry entry)
    {
        foreach (var tail in new[] { default, new JournalTail("store", BucketSequences.All(5), BucketSequences.All(4)), new JournalTail("store", Each(5), Each(4)), new JournalTail("store", Each(5), Each(4), 64) })
        {
            var (line, after) = Write(entry, tail);
            var (next, told) = JournalTailLine.Next(tail, entry, BucketSequences.All(2));
            Assert.Equal(next, after);
            Assert.Equal(JsonSerializer.Serialize(new JournalLine(told.Store, told.Bucket, told.High, told.Through, entry), JournalJson.Default.JournalLine), line);
            Assert.Equal(entry, JournalLine.Read(Encoding.UTF8.GetBytes(line), "here").Entry);
            Assert.Equal(told, JournalLine.ReadTail(Encoding.UTF8.GetBytes(line), "here"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"high":1,"through":1,"entry":{"kind":"New"}""")]
    [InlineData("""{"high":"1","through":1,"entry":{"kind":"New"}}""")]
    [InlineData("""{"high":[1,1],"through":1,"entry":{"kind":"New"}}""")]
    [InlineData("""{"bucket":64,"high":1,"through":1,"entry":{"kind":"New"}}""")]
    [InlineData("""{"high":1,"entry":{"kind":"New"}}""")]
    [InlineData("""{"high":1,"through":1,"entry":{}}""")]
    public void ReadTail_of_another_line_says_where_the_damage_is(string line) =>
        Assert.Contains("(here)", Assert.Throws<InvalidDataException>(() => JournalLine.ReadTail(Encoding.UTF8.GetBytes(line), "here")).Message, StringComparison.Ordinal);

    private static BucketSequences Each(long sequence) => BucketSequences.All(sequence).AtLeast(ProjectBuckets.Count);

    private static (string Line, JournalTail After) Write(JournalEntry entry, JournalTail tail)
    {
        using var lines = Scratch.Rent();
        var after = JournalLine.Write([entry], tail, BucketSequences.All(2), lines);
        var line = Encoding.UTF8.GetString(lines.GetReadOnlySequence().ToArray());
        Assert.EndsWith("}\n", line, StringComparison.Ordinal);
        return (line[..^1], after);
    }
}
