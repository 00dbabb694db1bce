using System.Buffers.Binary;
using System.IO.Compression;
using Hashgate.Core;
using Hashgate.Core.Upstreams;
using Microsoft.IO;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Reads the body of a page or list, within limits both as it comes over the wire and unpacked.</summary>
internal static class PageBody
{
    /// <summary>Reads all of it, for the caller to dispose of; null where it is over the limit.</summary>
    /// <exception cref="IOException">The body is shorter than promised, or stood still.</exception>
    public static async Task<RecyclableMemoryStream?> ReadAsync(BodyStream body, long? promised, int limit, CancellationToken cancellationToken)
    {
        if (promised > limit) return null;
        // A promise alone makes nobody set a hundred megabytes aside.
        var bytes = Scratch.Rent();
        var isWhole = false;
        try
        {
            while (bytes.Length <= limit)
            {
                var count = await body.ReadAsync(bytes.GetMemory(), cancellationToken);
                isWhole = count == 0;
                if (isWhole) return bytes;
                bytes.Advance(count);
            }
            return null;
        }
        finally
        {
            if (!isWhole) bytes.Dispose();
        }
    }

    /// <summary>Reads all of it into an array; null where it is over the limit.</summary>
    /// <exception cref="IOException">The body is shorter than promised, or stood still.</exception>
    public static async Task<byte[]?> ReadArrayAsync(BodyStream body, long? promised, int limit, CancellationToken cancellationToken)
    {
        using var bytes = await ReadAsync(body, promised, limit, cancellationToken);
        return bytes?.ToArray();
    }

    /// <summary>Unpacks one gzip stream whole.</summary>
    public static FetchError? Unpack(byte[] packed, int limit, out byte[] unpacked)
    {
        using var bytes = Scratch.Rent();
        var error = Unpack(new MemoryStream(packed), packed.AsSpan(Math.Max(0, packed.Length - 4)), limit, bytes);
        unpacked = error is null ? bytes.ToArray() : [];
        return error;
    }

    /// <summary>Unpacks one gzip stream whole, for the caller to dispose of.</summary>
    public static FetchError? Unpack(RecyclableMemoryStream packed, int limit, out RecyclableMemoryStream unpacked)
    {
        unpacked = Scratch.Rent();
        Span<byte> last = stackalloc byte[4];
        packed.Position = Math.Max(0, packed.Length - last.Length);
        var length = packed.Read(last);
        packed.Position = 0;
        return Unpack(packed, last[..length], limit, unpacked);
    }

    private static FetchError? Unpack(Stream packed, ReadOnlySpan<byte> end, int limit, RecyclableMemoryStream bytes)
    {
        var length = packed.Length;
        try
        {
            using var gzip = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
            int count;
            while ((count = gzip.Read(bytes.GetSpan(64 * 1024))) > 0)
            {
                bytes.Advance(count);
                if (bytes.Length > limit) return FetchErrors.TooLarge(limit);
            }
        }
        catch (InvalidDataException)
        {
            return FetchErrors.Malformed("The answer's gzip is broken.");
        }
        // GZipStream takes a stream without its end for a whole one; RFC 1952 puts the unpacked length (modulo 2^32) last.
        return length < 18 || BinaryPrimitives.ReadUInt32LittleEndian(end) != (uint)bytes.Length
            ? FetchErrors.Malformed("The answer's gzip has no end.")
            : null;
    }
}
