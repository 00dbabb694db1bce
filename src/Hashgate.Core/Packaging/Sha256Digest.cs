using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Core.Packaging;

/// <summary>A SHA-256 digest, 32 bytes held by value. Written as 64 lower case hexadecimal digits.</summary>
public readonly record struct Sha256Digest
{
    /// <summary>The digest's length in bytes.</summary>
    public const int Length = 32;

    private readonly ulong _a, _b, _c, _d;

    /// <summary>Takes the digest's bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> are not 32 bytes.</exception>
    public Sha256Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length) throw new ArgumentException($"A SHA-256 digest has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, out Sha256Digest digest)
    {
        digest = default;
        if (hex is not { Length: 2 * Length }) return false;
        Span<byte> bytes = stackalloc byte[Length];
        if (Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        digest = new Sha256Digest(bytes);
        return true;
    }

    /// <summary>Reads 64 hexadecimal digits of either case, in ASCII.</summary>
    public static bool TryParse(ReadOnlySpan<byte> hex, out Sha256Digest digest)
    {
        digest = default;
        if (hex.Length != 2 * Length) return false;
        Span<byte> bytes = stackalloc byte[Length];
        if (Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        digest = new Sha256Digest(bytes);
        return true;
    }

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    /// <exception cref="FormatException">The text is not a SHA-256 digest.</exception>
    public static Sha256Digest Parse(string hex) =>
        TryParse(hex, out var digest) ? digest : throw new FormatException($"'{hex}' is not a SHA-256 digest: 64 hexadecimal digits are needed.");

    /// <summary>The digest of <paramref name="data"/>.</summary>
    public static Sha256Digest Of(ReadOnlySpan<byte> data)
    {
        Span<byte> bytes = stackalloc byte[Length];
        System.Security.Cryptography.SHA256.HashData(data, bytes);
        return new Sha256Digest(bytes);
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>Writes the 64 lower case hexadecimal digits, in ASCII.</summary>
    public void WriteDigits(Span<byte> ascii)
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        if (!Convert.TryToHexStringLower(bytes, ascii, out _)) throw new ArgumentException($"There is no room for {2 * Length} digits.", nameof(ascii));
    }

    /// <summary>A new array of the 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
