using System.Buffers;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Trust;

public sealed class TrustRecordCodecTests
{
    private static readonly ProjectName Project = ProjectName.Parse("demo");
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly FileClaim Claim = TrustClaims.Of("demo-1.2-py3-none-any.whl", "a") with { Key = FileKey.Of(Project, "demo-1.2-py3-none-any.whl"), Size = 12, UploadTime = Now, CoreMetadata = TrustClaims.Digest("m") };
    private static readonly TrustRecord Record = TrustRecord.Of(Project, "pypi", Claim, Now, 7);

    public static TheoryData<TrustRecord> Records =>
    [
        Record,
        Record with { ProvenAt = Now, AcceptedAt = Now, Conflict = true },
        Record with { Size = null, UploadTime = null, CoreMetadata = null },
        Record with { Filename = "Demo-1.2-py3-none-any.whl" },
        Record with { Url = "https://files.example/another" },
        Record with { Url = "https://files.example/" + new string('ü', 20_000) },
        Record with { Key = new FileKey(""), Filename = "", Url = "", Upstream = "" },
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void Read_back_is_equal_whatever_it_is_likened_to(TrustRecord record)
    {
        var bytes = Write(record);
        Assert.Equal(record, Read(record.Key, bytes));
        Assert.Equal(record, Read(record.Key, bytes, Claim));
        Assert.Equal(record, Read(record.Key, bytes, Claim with { Filename = "other.whl", Url = "https://files.example/other.whl" }));
    }

    [Fact]
    public void Read_takes_the_claims_own_texts_where_they_say_the_same()
    {
        var read = Read(Record.Key, Write(Record), Claim);
        Assert.Same(Claim.Filename, read.Filename);
        Assert.Same(Claim.Url, read.Url);
    }

    [Fact]
    public void Write_repeats_nothing_that_the_key_tells()
    {
        var more = Record with { Filename = "Demo-1.2-py3-none-any.whl", Url = Record.Url.Replace("demo", "Demo", StringComparison.Ordinal) };
        Assert.Equal(Write(more).Length - 1 - more.Filename.Length, Write(Record).Length);
    }

    [Fact]
    public void Read_format_of_before_tells_every_filename()
    {
        // A record whose filename isn't in its key says the same in both formats.
        var record = Record with { Filename = "Demo-1.2-py3-none-any.whl", Url = "https://files.example/Demo-1.2-py3-none-any.whl" };
        var bytes = Write(record);
        bytes[0] = 1;
        Assert.Equal(record, Read(record.Key, bytes));
    }

    [Fact]
    public void Read_anything_cut_short_or_of_a_later_format_is_unavailable_and_names_the_file()
    {
        var bytes = Write(Record);
        for (var length = 0; length < bytes.Length; length++)
        {
            var error = Assert.Throws<StoreUnavailableException>(() => Read(Record.Key, bytes[..length]));
            Assert.Contains(Record.Key.Value, error.Message, StringComparison.Ordinal);
        }
        bytes[0] = 3;
        Assert.Contains("format 3", Assert.Throws<StoreUnavailableException>(() => Read(Record.Key, bytes)).Message, StringComparison.Ordinal);
    }

    private static TrustRecord Read(FileKey key, byte[] bytes, FileClaim? like = null) => TrustRecordCodec.Read(Project, key, 7, bytes, like, "pypi");

    private static byte[] Write(TrustRecord record)
    {
        var bytes = new ArrayBufferWriter<byte>();
        TrustRecordCodec.Write(record, bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
