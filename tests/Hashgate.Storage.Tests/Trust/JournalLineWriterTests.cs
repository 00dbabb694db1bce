using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Trust;

public sealed class JournalLineWriterTests
{
    private static readonly DateTimeOffset When = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)).AddTicks(1);
    private static readonly FileClaim Full = TrustClaims.Of("demo-1.0 ünïcode '<\n\0>.zip", "a") with { Size = 12, UploadTime = When, CoreMetadata = TrustClaims.Digest("m") };

    public static TheoryData<JournalKind> Kinds => [.. Enum.GetValues<JournalKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_every_kind_with_all_and_with_nothing_is_what_the_serializer_writes(JournalKind kind)
    {
        var record = TrustRecord.Of(ProjectName.Parse("demo"), "pypi", Full, When, 7);
        JournalEntry bare = new() { Kind = kind, When = When };
        JournalEntry[] entries =
        [
            bare,
            bare with { Record = record with { Size = null, UploadTime = null, CoreMetadata = null } },
            bare with
            {
                Sequence = long.MaxValue,
                Identity = "store",
                Record = record with { ProvenAt = When, AcceptedAt = When, Conflict = true },
                Claim = Full,
                Actor = "someone",
                Reason = "\"because\"",
            },
        ];
        foreach (var line in entries.Select(e => new JournalLine(e.Identity, 9, 8, e)))
        {
            var written = Written(line);
            Assert.Equal(JsonSerializer.Serialize(line, JournalJson.Default.JournalLine), written);
            Assert.Equal(line, JournalLine.Read(Encoding.UTF8.GetBytes(written), "here"));
        }
    }

    private static string Written(JournalLine line)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes)) JournalLineWriter.Write(line, json);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
