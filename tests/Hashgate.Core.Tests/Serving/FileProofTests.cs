using System.Security.Cryptography;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;

namespace Hashgate.Core.Tests.Serving;

public sealed class FileProofTests
{
    private static readonly byte[] Bytes = [.. "The bytes of a file."u8];

    [Fact]
    public void Promise_that_is_kept_has_nothing_wrong()
    {
        var (digest, wrong) = Prove(new FilePromise(Sha256Digest.Of(Bytes), Bytes.Length, new Dictionary<string, string>
        {
            ["md5"] = Hex(HashAlgorithmName.MD5),
            ["sha1"] = Hex(HashAlgorithmName.SHA1),
            ["sha384"] = Hex(HashAlgorithmName.SHA384),
            ["sha512"] = Hex(HashAlgorithmName.SHA512),
        }));
        Assert.Equal((Sha256Digest.Of(Bytes), null), (digest, wrong));
    }

    [Fact]
    public void Nothing_promised_gives_the_digest() => Assert.Equal((Sha256Digest.Of(Bytes), null), Prove(Promise()));

    [Fact]
    public void Wrong_size_is_told_with_both() => Assert.Equal("it has 20 bytes, 21 are promised", Prove(Promise() with { Size = 21 }).Wrong);

    [Fact]
    public void Wrong_sha256_is_told_with_the_digest_that_was_found()
    {
        var promised = Sha256Digest.Of("other"u8);
        var (digest, wrong) = Prove(Promise() with { Sha256 = promised });
        Assert.Equal(Sha256Digest.Of(Bytes), digest);
        Assert.Equal($"its sha256 is {digest.ToString()[..12]}, {promised.ToString()[..12]} is promised", wrong);
    }

    [Theory]
    [InlineData("md5")]
    [InlineData("sha1")]
    [InlineData("sha384")]
    [InlineData("sha512")]
    public void Other_digest_must_hold_too(string name) =>
        Assert.Equal($"its {name} is not the one that the index names", Prove(Promise() with { Sha256 = Sha256Digest.Of(Bytes), Others = new Dictionary<string, string> { [name] = "00" } }).Wrong);

    [Fact]
    public void Digest_that_is_unknown_here_is_passed_over() =>
        Assert.Null(Prove(Promise() with { Others = new Dictionary<string, string> { ["blake2b_256"] = "00" } }).Wrong);

    private static string Hex(HashAlgorithmName algorithm) => Convert.ToHexStringLower(CryptographicOperations.HashData(algorithm, Bytes));

    private static FilePromise Promise() => new(null, null, new Dictionary<string, string>());

    /// <summary>Appends the bytes in pieces of every length.</summary>
    private static (Sha256Digest Digest, string? Wrong) Prove(FilePromise promise)
    {
        using var proof = new FileProof(promise);
        for (int start = 0, length = 0; start < Bytes.Length; start += length++) proof.Append(Bytes.AsSpan(start, Math.Min(length, Bytes.Length - start)));
        Assert.Equal(Bytes.Length, proof.Length);
        return proof.Conclude();
    }
}
