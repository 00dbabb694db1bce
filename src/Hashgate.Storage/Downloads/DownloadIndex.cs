using System.Text;
using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using StackExchange.Redis;

namespace Hashgate.Storage.Downloads;

/// <summary>
/// The entries of a day's sorted set, all of one score and so in the order of their bytes: each field of the day's hashes once behind
/// <c>f</c>, and once behind its digest. What begins alike stands together.
/// </summary>
internal static class DownloadIndex
{
    private const char Separator = '\n', ByField = 'f', ByDigest = 's';

    /// <summary>Both ends belong to it.</summary>
    public sealed record Range(RedisValue From, RedisValue To);

    /// <summary>Every field.</summary>
    public static Range All { get; } = BeginningWith($"{ByField}{Separator}");

    /// <summary>What is kept of one entry.</summary>
    public static SortedSetEntry[] Entries(string field, Sha256Digest? sha256) => sha256 is { } digest
        ? [Entry($"{ByField}{Separator}{field}"), Entry($"{ByDigest}{Separator}{digest}{Separator}{field}")]
        : [Entry($"{ByField}{Separator}{field}")];

    /// <summary>Where the entries of a query are; null where nothing narrows them down.</summary>
    public static Range? RangeOf(DownloadQuery query) => query switch
    {
        { Sha256: { } digest } => BeginningWith($"{ByDigest}{Separator}{digest}{Separator}"),
        { Project: { } project, Filename: { } filename } => BeginningWith($"{ByField}{Separator}{project.Value}{Separator}{filename}{Separator}"),
        { Project: { } project } => BeginningWith($"{ByField}{Separator}{project.Value}{Separator}"),
        _ => null,
    };

    /// <summary>The field that an entry leads to.</summary>
    public static string FieldOf(string entry) => entry.Split(Separator, entry[0] == ByDigest ? 3 : 2)[^1];

    private static SortedSetEntry Entry(string text) => new(text, 0);

    // No text has this byte in UTF-8.
    private static Range BeginningWith(string prefix) => new(prefix, (byte[])[.. Encoding.UTF8.GetBytes(prefix), 0xff]);
}
