using System.Text;
using Hashgate.Core.Trust;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.Trust;

public sealed class TrustLinesTests
{
    [Fact]
    public async Task Write_then_read_gives_every_field_back()
    {
        var plain = TrustRecord.Of(LedgerRig.Project, "pypi", TrustClaims.Of("a.zip", "1"), DateTimeOffset.UnixEpoch.AddTicks(1));
        var full = plain with
        {
            Size = 5,
            ProvenAt = DateTimeOffset.UnixEpoch.AddTicks(2),
            UploadTime = DateTimeOffset.UnixEpoch.AddTicks(3),
            CoreMetadata = TrustClaims.Digest("m"),
            AcceptedAt = DateTimeOffset.UnixEpoch.AddTicks(4),
            Conflict = true,
            Sequence = 9,
            Filename = "ü \" \n.zip",
        };
        using var stream = new MemoryStream();
        await TrustLines.WriteAsync(new[] { plain, full }.ToAsyncEnumerable(), stream, default);
        stream.Position = 0;
        Assert.Equal([plain, full], await TrustLines.ReadAsync(stream, default).ToListAsync());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("nonsense")]
    [InlineData("{\"project\":\"-\"}")]
    public async Task Read_line_that_is_no_record_is_named(string line)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("\n" + line + "\n"));
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () => await TrustLines.ReadAsync(stream, default).ToListAsync());
        Assert.Contains("Line 2", error.Message, StringComparison.Ordinal);
    }
}
