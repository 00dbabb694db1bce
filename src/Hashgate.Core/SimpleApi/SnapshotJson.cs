using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.SimpleApi;

/// <summary>
/// A page as Hashgate keeps it between restarts: the simple API's own JSON, unfiltered, with absolute URLs and one key more
/// for what was left out and one for what is listed no more. <see cref="TryRead"/> of <see cref="Write"/> gives an equal page back, whatever it was read from.
/// </summary>
public static class SnapshotJson
{
    internal const string DroppedKey = "_hashgate-dropped";
    internal const string RemovedKey = "_hashgate-removed";

    public static void Write(ProjectPage page, IBufferWriter<byte> output) => SnapshotWriter.Write(page, output);

    /// <summary>Reads what <see cref="Write"/> wrote; limits as for an upstream's page, twice its bytes allowed.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8, ProjectName project, PageLimits limits,
        [NotNullWhen(true)] out ProjectPage? page, [NotNullWhen(false)] out PageError? error) =>
        JsonPageReader.TryRead(utf8, project, NoBase, Relaxed(limits), isSnapshot: true, out page, out error);

    internal static void ReadDropped(ref JsonCursor cursor, List<DroppedFile> dropped)
    {
        cursor.Expect(JsonTokenType.StartArray, DroppedKey, "an array");
        for (cursor.Read(); cursor.Token != JsonTokenType.EndArray; cursor.Read())
        {
            cursor.Expect(JsonTokenType.StartArray, DroppedKey, "an array of pairs");
            cursor.Read();
            var filename = cursor.Text(DroppedKey);
            cursor.Read();
            dropped.Add(new DroppedFile(filename, cursor.Text(DroppedKey)));
            cursor.Read();
            cursor.Expect(JsonTokenType.EndArray, DroppedKey, "an array of pairs");
        }
    }

    internal static List<RemovedFile> ReadRemoved(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartArray, RemovedKey, "an array");
        List<RemovedFile> removed = [];
        for (cursor.Read(); cursor.Token != JsonTokenType.EndArray; cursor.Read())
        {
            if (removed.Count == cursor.Limits.MaxFiles) throw new PageLimitException(PageErrors.TooManyFiles(cursor.Limits).Message);
            cursor.Expect(JsonTokenType.StartArray, RemovedKey, "an array of pairs");
            cursor.Read();
            if (!DateTimeOffset.TryParse(cursor.Text(RemovedKey), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var since)) throw cursor.Wrong(RemovedKey, "an array of times and files");
            cursor.Read();
            if (JsonFileReader.Read(ref cursor, NoBase, null, out _) is { } file) removed.Add(new RemovedFile(file, since));
            cursor.Read();
            cursor.Expect(JsonTokenType.EndArray, RemovedKey, "an array of pairs");
        }
        return removed;
    }

    // Every URL of a snapshot is absolute; this base only stands in for the page's.
    private static readonly Uri NoBase = new("https://snapshot.invalid/");

    // ASCII-safe escapes and relative links made absolute can make a page longer than what it was read from.
    private static PageLimits Relaxed(PageLimits limits) => limits with
    {
        MaxBytes = (int)Math.Min(limits.MaxBytes * 8L, int.MaxValue),
        MaxFieldLength = limits.MaxFieldLength * 6,
        MaxUrlLength = limits.MaxUrlLength * 12,
        MaxJsonDepth = limits.MaxJsonDepth,
    };
}
