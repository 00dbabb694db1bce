using System.Text;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class Sha256DigestTests
{
    // FIPS 180-4's example "abc".
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Of_a_known_text_is_its_known_digest() => Assert.Equal(Abc, Sha256Digest.Of(Encoding.ASCII.GetBytes("abc")).ToString());

    [Fact]
    public void Parse_either_case_is_one_value_written_in_lower_case()
    {
        var digest = Sha256Digest.Parse(Abc.ToUpperInvariant());

        Assert.Equal(Sha256Digest.Parse(Abc), digest);
        Assert.Equal(Abc, digest.ToString());
        Assert.Equal(digest, new Sha256Digest(digest.ToArray()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ba7816bf")]
    [InlineData(Abc + "0")]
    [InlineData(" " + Abc)]
    [InlineData("za7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("\u0661a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void TryParse_no_digest_is_refused(string? hex) => Assert.False(Sha256Digest.TryParse(hex, out _));

    [Fact]
    public void Constructor_other_than_32_bytes_throws() => Assert.Throws<ArgumentException>(() => new Sha256Digest(new byte[31]));

    [Fact]
    public void Every_bit_counts()
    {
        var bytes = Sha256Digest.Parse(Abc).ToArray();
        for (var bit = 0; bit < 8 * Sha256Digest.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(Sha256Digest.Parse(Abc), new Sha256Digest(bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
