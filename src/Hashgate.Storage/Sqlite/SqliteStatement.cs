using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hashgate.Storage.Sqlite;

/// <summary>
/// A prepared statement on SQLite's own calls, for what runs once for each file of a page: the client library's commands, parameters and
/// readers cost more than SQLite's work then. Parameters count from 1, columns from 0, as in SQLite.
/// </summary>
public sealed class SqliteStatement : IDisposable
{
    private const int OnStack = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    internal SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public void Bind(int parameter, long value) => Check(raw.sqlite3_bind_int64(_statement, parameter, value));

    public void Bind(int parameter, ReadOnlySpan<byte> blob) => Check(raw.sqlite3_bind_blob(_statement, parameter, blob));

    public void Bind(int parameter, string text)
    {
        // An empty span has no address, which SQLite takes for NULL.
        if (text.Length == 0)
        {
            Check(raw.sqlite3_bind_text(_statement, parameter, text));
            return;
        }
        var utf8 = text.Length <= OnStack / 3 ? stackalloc byte[OnStack] : new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        Check(raw.sqlite3_bind_text(_statement, parameter, utf8[..Encoding.UTF8.GetBytes(text, utf8)]));
    }

    /// <summary>Null stands for NULL.</summary>
    public void BindOptional(int parameter, string? text)
    {
        if (text is null) Check(raw.sqlite3_bind_null(_statement, parameter));
        else Bind(parameter, text);
    }

    /// <summary>Goes to the next row. Behind the last one it is false, and the statement is ready for its next run.</summary>
    /// <exception cref="SqliteException">SQLite could not.</exception>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW) return true;
        Check(raw.sqlite3_reset(_statement));
        if (result != raw.SQLITE_DONE) Check(result);
        return false;
    }

    /// <summary>Leaves the rows that are left.</summary>
    public void Reset() => Check(raw.sqlite3_reset(_statement));

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A blob, or a text's UTF-8; until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public void Dispose() => _statement.Dispose();

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
