using System.Buffers;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Sqlite;

namespace Hashgate.Storage.Trust;

/// <summary>The rows of trust records, for one piece of work in one session.</summary>
internal sealed class SqliteRecords(SqliteSession session)
{
    private const string OfProject = "SELECT key, sequence, value FROM records WHERE project = ?1";
    private const string OfKey = OfProject + " AND key = ?2";
    private const string BySequence = "SELECT key, sequence, value, project FROM records WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence";
    private const string Values = "INTO records (project, key, sequence, value) VALUES (?1, ?2, ?3, ?4)";

    private readonly ArrayBufferWriter<byte> _value = new(512);

    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">There is one of this file already.</exception>
    public void Insert(TrustRecord record) => Run(session.Prepare("INSERT " + Values), record);

    /// <summary>Puts it in the place of whatever is there.</summary>
    public void Put(TrustRecord record) => Run(session.Prepare("INSERT OR REPLACE " + Values), record);

    public TrustRecord? Find(ProjectName project, FileKey key) => Find(project, key, null, null);

    public IReadOnlyList<TrustRecord> Of(ProjectName project)
    {
        var rows = session.Prepare(OfProject);
        rows.Bind(1, project.Value);
        var records = new List<TrustRecord>();
        while (rows.Step()) records.Add(Record(rows, project, new FileKey(rows.Text(0))));
        return records;
    }

    /// <summary>Those whose sequence lies above the one and not above the other, by sequence.</summary>
    public IReadOnlyList<TrustRecord> Between(long after, long last)
    {
        var rows = session.Prepare(BySequence);
        rows.Bind(1, after);
        rows.Bind(2, last);
        var records = new List<TrustRecord>();
        while (rows.Step()) records.Add(Record(rows, ProjectName.Parse(rows.Text(3)), new FileKey(rows.Text(0))));
        return records;
    }

    /// <summary>Puts the records of claimed files where their claims are; only those are read.</summary>
    public void Fill(ProjectName project, string upstream, ClaimIndex claims, Span<TrustRecord?> records)
    {
        if (claims.AreFew)
        {
            foreach (var index in claims.First) records[index] = Find(project, claims[index].Key, claims[index], upstream);
            return;
        }
        var rows = session.Prepare(OfProject);
        rows.Bind(1, project.Value);
        while (rows.Step())
        {
            if (claims.IndexOf(rows.Bytes(0)) is { } index) records[index] = Record(rows, project, claims[index].Key, claims[index], upstream);
        }
    }

    private TrustRecord? Find(ProjectName project, FileKey key, FileClaim? like, string? upstream)
    {
        var rows = session.Prepare(OfKey);
        rows.Bind(1, project.Value);
        rows.Bind(2, key.Value);
        if (!rows.Step()) return null;
        var record = Record(rows, project, key, like, upstream);
        rows.Reset();
        return record;
    }

    private static TrustRecord Record(SqliteStatement row, ProjectName project, FileKey key, FileClaim? like = null, string? upstream = null) =>
        TrustRecordCodec.Read(project, key, row.Number(1), row.Bytes(2), like, upstream);

    private void Run(SqliteStatement statement, TrustRecord record)
    {
        _value.ResetWrittenCount();
        TrustRecordCodec.Write(record, _value);
        statement.Bind(1, record.Project.Value);
        statement.Bind(2, record.Key.Value);
        statement.Bind(3, record.Sequence);
        statement.Bind(4, _value.WrittenSpan);
        statement.Step();
    }
}
