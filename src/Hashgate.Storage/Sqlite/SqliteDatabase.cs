using System.Collections.Concurrent;
using Hashgate.Core.Trust;
using Microsoft.Data.Sqlite;

namespace Hashgate.Storage.Sqlite;

/// <summary>
/// One SQLite file in WAL mode with synchronous=FULL: one writer at a time, readers beside it. A file that can't be opened is tried
/// again at the next call. Broken machines (I/O, full disk, locks) come out as <see cref="StoreUnavailableException"/>.
/// </summary>
public sealed class SqliteDatabase(string path, SqliteSchema schema) : IDisposable
{
    private const string Read = "read";
    private const string Write = "write";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private SqliteSession? _writer;
    private volatile bool _migrated;
    private volatile bool _disposed;

    public string Path { get; } = path;

    /// <summary>How long reading and writing take; named like the file.</summary>
    public StoreTimes Times { get; } = new(System.IO.Path.GetFileNameWithoutExtension(path), Read, Write);

    /// <summary>Creates or opens the file and brings it to the newest schema; calls do it by themselves where this hasn't succeeded.</summary>
    /// <exception cref="StoreVersionException">A newer program wrote it.</exception>
    /// <exception cref="StoreUnavailableException">It can't be opened.</exception>
    public async ValueTask OpenAsync(CancellationToken cancellationToken) => await WriteAsync(static _ => 0, cancellationToken);

    /// <summary>Runs <paramref name="work"/> in one transaction that holds the write lock from its beginning.</summary>
    public async ValueTask<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        using var measured = Times.Measure(Write);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return Guarded(() =>
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                try
                {
                    return Transaction(_writer ??= OpenWriter(), "BEGIN IMMEDIATE", work);
                }
                catch
                {
                    // Closing rolls back whatever is left, also where ROLLBACK itself could not be written.
                    _writer?.Dispose();
                    _writer = null;
                    throw;
                }
            });
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Runs <paramref name="work"/> on one snapshot of the database, beside any writer.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        if (!_migrated) await OpenAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        using var measured = Times.Measure(Read);
        return Guarded(() =>
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_readers.TryTake(out var reader)) reader = new SqliteSession(Path);
            try
            {
                var result = Transaction(reader, "BEGIN", work);
                _readers.Add(reader);
                return result;
            }
            catch
            {
                reader.Dispose();
                throw;
            }
        });
    }

    public void Dispose()
    {
        _gate.Wait();
        try
        {
            _disposed = true;
            _writer?.Dispose();
            _writer = null;
            while (_readers.TryTake(out var reader)) reader.Dispose();
        }
        finally
        {
            _gate.Release();
        }
    }

    private SqliteSession OpenWriter()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
        var session = new SqliteSession(Path);
        try
        {
            schema.Migrate(session, Path);
            _migrated = true;
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static T Transaction<T>(SqliteSession session, string begin, Func<SqliteSession, T> work)
    {
        session.Execute(begin);
        var result = work(session);
        session.Execute("COMMIT");
        return result;
    }

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e) when (IsMachineTrouble(e.SqliteErrorCode))
        {
            throw new StoreUnavailableException($"The database {Path} can't be used: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The database {Path} can't be used: {e.Message}", e);
        }
    }

    // SQLITE_PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, AUTH, NOTADB. Anything else is our mistake.
    private static bool IsMachineTrouble(int code) => code is 3 or 5 or 6 or 7 or 8 or 10 or 11 or 13 or 14 or 15 or 23 or 26;
}
