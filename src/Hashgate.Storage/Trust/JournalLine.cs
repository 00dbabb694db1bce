using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hashgate.Core.Trust;
using Microsoft.IO;

namespace Hashgate.Storage.Trust;

/// <summary>One line: an entry, and the journal's tail as of this line, or that of its bucket.</summary>
internal sealed record JournalLine(string? Store, int? Bucket, BucketSequences High, BucketSequences Through, JournalEntry Entry)
{
    /// <summary>The entries as lines. Only the last one says what they complete: the others don't know yet.</summary>
    /// <param name="lines">Where the lines are written.</param>
    /// <returns>The journal's tail with them.</returns>
    public static JournalTail Write(IReadOnlyList<JournalEntry> entries, JournalTail tail, BucketSequences completeThrough, RecyclableMemoryStream lines)
    {
        using var json = new Utf8JsonWriter((IBufferWriter<byte>)lines, new JsonWriterOptions { SkipValidation = true });
        for (var i = 0; i < entries.Count; i++)
        {
            (tail, var line) = JournalTailLine.Next(tail, entries[i], i == entries.Count - 1 ? completeThrough : default);
            JournalWriter.Write(json, line, entries[i]);
            json.Flush();
            json.Reset();
            lines.WriteByte((byte)'\n');
        }
        return tail;
    }

    /// <exception cref="InvalidDataException">It is no line of a journal.</exception>
    public static JournalLine Read(ReadOnlySpan<byte> line, string where)
    {
        try
        {
            return JsonSerializer.Deserialize(line, JournalJson.Default.JournalLine) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw Damaged(where, e);
        }
    }

    /// <summary>What a line tells of the tail. Its entry is left alone: every start asks for this, and for nothing else.</summary>
    /// <exception cref="InvalidDataException">It is no line of a journal.</exception>
    public static JournalTailLine ReadTail(ReadOnlyMemory<byte> line, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.GetProperty("entry").GetProperty("kind").GetString() is null) throw new FormatException("The entry has no kind.");
            int? bucket = root.TryGetProperty("bucket", out var told) ? told.GetInt32() : null;
            if (bucket is < 0 or >= ProjectBuckets.Count) throw new FormatException($"There is no bucket {bucket}.");
            return new JournalTailLine(
                root.TryGetProperty("store", out var store) ? store.GetString() : null, bucket, Sequences(root.GetProperty("high")), Sequences(root.GetProperty("through")));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Damaged(where, e);
        }
    }

    private static BucketSequences Sequences(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? BucketSequences.Of([.. element.EnumerateArray().Select(e => e.GetInt64())])
        : BucketSequences.All(element.GetInt64());

    private static InvalidDataException Damaged(string where, Exception e) =>
        new($"The trust journal is damaged ({where}): {e.Message} Put the file right from a backup; what other journals hold can be restored with 'hashgate trust restore'.", e);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(ProjectNameConverter), typeof(FileKeyConverter), typeof(DigestConverter)])]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJson : JsonSerializerContext;
