using System.Buffers.Binary;

namespace Hashgate.Proxy.Tests.Bypass;

/// <summary>Bytes of which no 16 in a row may be in any answer.</summary>
internal sealed class ForbiddenBytes
{
    private const int Run = 16;

    private readonly HashSet<UInt128> _runs = [];

    public ForbiddenBytes(params IEnumerable<byte[]> blobs)
    {
        foreach (var blob in blobs)
        {
            for (var i = 0; i + Run <= blob.Length; i++) _runs.Add(BinaryPrimitives.ReadUInt128LittleEndian(blob.AsSpan(i)));
        }
    }

    /// <summary>Whether any run of them is in what was received.</summary>
    public bool AreIn(byte[] received)
    {
        for (var i = 0; i + Run <= received.Length; i++)
        {
            if (_runs.Contains(BinaryPrimitives.ReadUInt128LittleEndian(received.AsSpan(i)))) return true;
        }
        return false;
    }
}
