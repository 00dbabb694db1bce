using System.Buffers.Binary;
using System.Numerics;

namespace System.IO.Hashing;

/// <summary>
/// Stands in for xxHash64 (seed 0, big-endian output). Only YARP's hash-cookie session affinity calls it, to hash a
/// destination's id. Specification: the xxHash fast digest algorithm, XXH64.
/// </summary>
public static class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    public static byte[] Hash(byte[] source)
    {
        var result = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(result, HashToUInt64(source));
        return result;
    }

    public static ulong HashToUInt64(ReadOnlySpan<byte> data)
    {
        var length = (ulong)data.Length;
        var hash = length + (data.Length >= 32 ? HashStripes(ref data) : Prime5);
        for (; data.Length >= 8; data = data[8..])
            hash = BitOperations.RotateLeft(hash ^ Round(0, ReadUInt64(data)), 27) * Prime1 + Prime4;
        if (data.Length >= 4)
        {
            hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime1, 23) * Prime2 + Prime3;
            data = data[4..];
        }

        foreach (var value in data)
            hash = BitOperations.RotateLeft(hash ^ value * Prime5, 11) * Prime1;
        hash = (hash ^ hash >> 33) * Prime2;
        hash = (hash ^ hash >> 29) * Prime3;
        return hash ^ hash >> 32;
    }

    /// <summary>Consumes every whole stripe of 32 bytes with four accumulators.</summary>
    private static ulong HashStripes(ref ReadOnlySpan<byte> data)
    {
        var a = unchecked(Prime1 + Prime2);
        var b = Prime2;
        var c = 0UL;
        var d = unchecked(0 - Prime1);
        for (; data.Length >= 32; data = data[32..])
        {
            a = Round(a, ReadUInt64(data));
            b = Round(b, ReadUInt64(data[8..]));
            c = Round(c, ReadUInt64(data[16..]));
            d = Round(d, ReadUInt64(data[24..]));
        }

        var hash = BitOperations.RotateLeft(a, 1)
            + BitOperations.RotateLeft(b, 7)
            + BitOperations.RotateLeft(c, 12)
            + BitOperations.RotateLeft(d, 18);
        return Merge(Merge(Merge(Merge(hash, a), b), c), d);
    }

    private static ulong ReadUInt64(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadUInt64LittleEndian(source);

    private static ulong Round(ulong accumulator, ulong lane) =>
        BitOperations.RotateLeft(accumulator + lane * Prime2, 31) * Prime1;

    private static ulong Merge(ulong hash, ulong accumulator) => (hash ^ Round(0, accumulator)) * Prime1 + Prime4;
}
