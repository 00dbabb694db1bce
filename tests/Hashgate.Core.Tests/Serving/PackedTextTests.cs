using System.Buffers;
using System.IO.Compression;
using Hashgate.Core.Serving;

namespace Hashgate.Core.Tests.Serving;

public sealed class PackedTextTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(100_000, 37)]
    [InlineData(131_072, 131_072)]
    [InlineData(3_000_000, 991)]
    [InlineData(3_000_000, 400_000)]
    public void What_was_written_comes_out_whole_and_is_packed_alike_each_time(int length, int piece)
    {
        var text = Text(length);

        var packed = Packed(text, piece);

        Assert.Equal(text, Unpacked(packed));
        for (var i = 0; i < 20; i++) Assert.Equal(packed, Packed(text, piece));
    }

    [Fact]
    public async Task Many_at_once_wait_for_no_free_thread()
    {
        var text = Text(1_000_000);

        var all = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => Packed(text, 5000))));

        Assert.All(all, packed => Assert.Equal(all[0], packed));
    }

    [Fact]
    public void Text_that_is_given_up_leaves_nothing_to_pack()
    {
        for (var i = 0; i < 100; i++)
        {
            using var text = new PackedText();
            text.Write(Text(500_000));
        }
    }

    private static byte[] Text(int length)
    {
        var text = new byte[length];
        new Random(1).NextBytes(text);
        for (var i = 0; i < length; i += 2) text[i] = (byte)'a';
        return text;
    }

    private static byte[] Packed(byte[] text, int piece)
    {
        using var packed = new PackedText();
        for (var at = 0; at < text.Length; at += piece)
        {
            var part = text.AsSpan(at, Math.Min(piece, text.Length - at));
            part.CopyTo(packed.GetSpan(part.Length));
            packed.Advance(part.Length);
        }
        return packed.Finish();
    }

    private static byte[] Unpacked(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var text = new MemoryStream();
        gzip.CopyTo(text);
        return text.ToArray();
    }
}
