using System.Buffers;
using System.Buffers.Binary;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using StackExchange.Redis;

namespace Hashgate.Storage.Trust;

/// <summary>A record as a Redis value: eight bytes of sequence, big-endian, put there by the scripts, then what <see cref="TrustRecordCodec"/> writes.</summary>
internal static class RedisRecords
{
    private const int NumberLength = sizeof(long);

    /// <summary>A record without its number.</summary>
    public static RedisValue Encode(TrustRecord record)
    {
        var bytes = new ArrayBufferWriter<byte>();
        TrustRecordCodec.Write(record, bytes);
        return bytes.WrittenMemory;
    }

    /// <summary>The whole value, for putting a record in as it is.</summary>
    public static RedisValue EncodeNumbered(TrustRecord record)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Write(record, record.Sequence, bytes);
        return bytes.WrittenMemory;
    }

    /// <summary>The keys of records, each with its value, numbered on from what was counted.</summary>
    public static IEnumerable<RedisValue> Encode(IReadOnlyList<TrustRecord> records, long counted)
    {
        var bytes = new ArrayBufferWriter<byte>(records.Count * 256);
        var ends = new int[records.Count];
        for (var i = 0; i < ends.Length; i++)
        {
            Write(records[i], counted + i + 1, bytes);
            ends[i] = bytes.WrittenCount;
        }
        for (var i = 0; i < ends.Length; i++)
        {
            yield return records[i].Key.Value;
            yield return bytes.WrittenMemory[(i == 0 ? 0 : ends[i - 1])..ends[i]];
        }
    }

    /// <exception cref="StoreUnavailableException">The value isn't one of ours.</exception>
    public static TrustRecord Decode(ProjectName project, FileKey key, RedisValue value, FileClaim? like = null, string? upstream = null)
    {
        var bytes = ((ReadOnlyMemory<byte>)value).Span;
        if (bytes.Length < NumberLength) throw new StoreUnavailableException($"The trust record of {project}/{key} can't be read: it ends too early.");
        return TrustRecordCodec.Read(project, key, BinaryPrimitives.ReadInt64BigEndian(bytes), bytes[NumberLength..], like, upstream);
    }

    private static void Write(TrustRecord record, long number, ArrayBufferWriter<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(NumberLength), number);
        bytes.Advance(NumberLength);
        TrustRecordCodec.Write(record, bytes);
    }
}
