using System.Globalization;
using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using StackExchange.Redis;

namespace Hashgate.Storage.Trust;

/// <summary>
/// What the index by sequence says: <c>project key</c> at the record's number, or <c>project/first</c> at the last number of records that were
/// made at once and had all numbers from the first on. Of those, some may have changed since, and have entries of their own.
/// </summary>
/// <param name="Key">Null for many records.</param>
internal readonly record struct RedisIndexEntry(ProjectName Project, FileKey? Key, long First, long Last)
{
    /// <summary>The member for one record.</summary>
    public static RedisValue Of(TrustRecord record) => Encoding.UTF8.GetBytes($"{record.Project.Value} {record.Key.Value}");

    /// <summary>Reads a member; a project's name holds neither space nor slash.</summary>
    public static RedisIndexEntry Read(SortedSetEntry entry)
    {
        var (member, last) = ((string)entry.Element!, (long)entry.Score);
        var end = member.AsSpan().IndexOfAny(' ', '/');
        var (project, rest) = (ProjectName.Parse(member[..end]), member[(end + 1)..]);
        return member[end] == ' '
            ? new RedisIndexEntry(project, new FileKey(rest), last, last)
            : new RedisIndexEntry(project, null, long.Parse(rest, CultureInfo.InvariantCulture), last);
    }

    public bool Holds(TrustRecord record) => record.Sequence >= First && record.Sequence <= Last;
}
