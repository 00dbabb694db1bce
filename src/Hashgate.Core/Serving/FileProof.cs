using System.Security.Cryptography;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Serving;

/// <summary>What a file's bytes must be: the recorded sha256 and size, and every other digest that its index names.</summary>
/// <param name="Sha256">Null where first use is by content.</param>
/// <param name="Size">In bytes, where known.</param>
/// <param name="Others">Algorithm to lower case hexadecimal; those unknown to this machine are passed over.</param>
public sealed record FilePromise(Sha256Digest? Sha256, long? Size, IReadOnlyDictionary<string, string> Others);

/// <summary>Hashes a file as it flows and says in the end whether the promise was kept.</summary>
internal sealed class FileProof : IDisposable
{
    private readonly FilePromise _promise;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<(string Name, string Expected, IncrementalHash Hash)> _others = [];

    public FileProof(FilePromise promise)
    {
        _promise = promise;
        foreach (var (name, expected) in promise.Others)
        {
            if (Algorithm(name) is { } algorithm) _others.Add((name, expected, IncrementalHash.CreateHash(algorithm)));
        }
    }

    /// <summary>The number of bytes seen.</summary>
    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        foreach (var other in _others) other.Hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>The digest, and what is wrong in one sentence; null where the promise holds.</summary>
    public (Sha256Digest Digest, string? Wrong) Conclude()
    {
        Span<byte> hash = stackalloc byte[Sha256Digest.Length];
        _sha256.GetHashAndReset(hash);
        var digest = new Sha256Digest(hash);
        if (_promise.Size is { } size && size != Length) return (digest, $"it has {Length} bytes, {size} are promised");
        if (_promise.Sha256 is { } promised && promised != digest) return (digest, $"its sha256 is {Short(digest)}, {Short(promised)} is promised");
        foreach (var (name, expected, other) in _others)
        {
            var actual = Convert.ToHexStringLower(other.GetHashAndReset());
            if (actual != expected) return (digest, $"its {name} is not the one that the index names");
        }
        return (digest, null);
    }

    public void Dispose()
    {
        _sha256.Dispose();
        foreach (var other in _others) other.Hash.Dispose();
    }

    private static string Short(Sha256Digest digest) => digest.ToString()[..12];

    private static HashAlgorithmName? Algorithm(string name) => name switch
    {
        "md5" => HashAlgorithmName.MD5,
        "sha1" => HashAlgorithmName.SHA1,
        "sha384" => HashAlgorithmName.SHA384,
        "sha512" => HashAlgorithmName.SHA512,
        _ => null,
    };
}
