using System.Buffers.Binary;
using System.IO.Compression;
using Hashgate.Core;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Reads the body of a page or list, within limits both as it comes over the wire and unpacked.</summary>
internal static class PageBody
{
    /// <summary>Reads all of it; null where it is over the limit.</summary>
    /// <exception cref="IOException">The body is shorter than promised, or stood still.</exception>
    public static async Task<byte[]?> ReadAsync(BodyStream body, long? promised, int limit, CancellationToken cancellationToken)
    {
        if (promised > limit) return null;
        // A promise alone makes nobody set a hundred megabytes aside.
        using var bytes = Scratch.Rent();
        while (true)
        {
            var count = await body.ReadAsync(bytes.GetMemory(), cancellationToken);
            if (count == 0) return bytes.ToArray();
            bytes.Advance(count);
            if (bytes.Length > limit) return null;
        }
    }

    /// <summary>Unpacks one gzip stream whole.</summary>
    public static FetchError? Unpack(byte[] packed, int limit, out byte[] unpacked)
    {
        unpacked = [];
        using var bytes = Scratch.Rent();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
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
        if (packed.Length < 18 || BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(packed.Length - 4)) != (uint)bytes.Length)
            return FetchErrors.Malformed("The answer's gzip has no end.");
        unpacked = bytes.ToArray();
        return null;
    }
}
