using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hashgate.Core.Trust;
using Microsoft.IO;

namespace Hashgate.Storage.Trust;

/// <summary>What the journal knows at its end.</summary>
/// <param name="Store">The identity of the store that it follows.</param>
internal readonly record struct JournalTail(string? Store, long High, long Through);

/// <summary>One line: an entry, and the journal's tail as of this line.</summary>
internal sealed record JournalLine(string? Store, long High, long Through, JournalEntry Entry)
{
    /// <summary>The entries as lines. Only the last one says what they complete: the others don't know yet.</summary>
    /// <param name="lines">Where the lines are written.</param>
    /// <returns>The journal's tail with them.</returns>
    public static JournalTail Write(IReadOnlyList<JournalEntry> entries, JournalTail tail, long completeThrough, RecyclableMemoryStream lines)
    {
        using var json = new Utf8JsonWriter((IBufferWriter<byte>)lines, new JsonWriterOptions { SkipValidation = true });
        for (var i = 0; i < entries.Count; i++)
        {
            tail = new JournalTail(
                entries[i].Identity ?? tail.Store,
                Math.Max(tail.High, entries[i].Sequence),
                i == entries.Count - 1 ? Math.Max(tail.Through, completeThrough) : tail.Through);
            JournalWriter.Write(json, tail, entries[i]);
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

    /// <summary>What the journal knew with this line. Its entry is left alone: every start asks for this, and for nothing else.</summary>
    /// <exception cref="InvalidDataException">It is no line of a journal.</exception>
    public static JournalTail ReadTail(ReadOnlyMemory<byte> line, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.GetProperty("entry").GetProperty("kind").GetString() is null) throw new FormatException("The entry has no kind.");
            return new JournalTail(root.TryGetProperty("store", out var store) ? store.GetString() : null, root.GetProperty("high").GetInt64(), root.GetProperty("through").GetInt64());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Damaged(where, e);
        }
    }

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
