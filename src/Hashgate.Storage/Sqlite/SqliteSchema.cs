using System.Globalization;

namespace Hashgate.Storage.Sqlite;

/// <summary>
/// What a database holds, as the steps that led there: step <c>n</c> takes version <c>n - 1</c> to <c>n</c>, which SQLite keeps as
/// <c>user_version</c>. A database that isn't new is copied aside before the first step touches it.
/// </summary>
public sealed class SqliteSchema(params IReadOnlyList<Action<SqliteSession>> steps)
{
    /// <summary>Steps that are SQL alone.</summary>
    public SqliteSchema(params IReadOnlyList<string> steps)
        : this([.. steps.Select(sql => new Action<SqliteSession>(session => session.Execute(sql)))])
    {
    }

    /// <summary>Brings the open database at <paramref name="path"/> to the newest version.</summary>
    /// <exception cref="StoreVersionException">A newer program wrote it.</exception>
    internal void Migrate(SqliteSession session, string path)
    {
        // Two processes that start at once must not both migrate: the second waits, and finds it done.
        var version = Version(session);
        if (version > steps.Count) throw new StoreVersionException(path, version, steps.Count);
        if (version == steps.Count) return;
        if (version > 0) session.Execute("VACUUM INTO @1", BackupPath(path, version));
        session.Execute("BEGIN EXCLUSIVE");
        try
        {
            for (var next = (int)Version(session); next < steps.Count; next++) steps[next](session);
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {steps.Count}"));
            session.Execute("COMMIT");
        }
        catch
        {
            session.Execute("ROLLBACK");
            throw;
        }
    }

    private static long Version(SqliteSession session) => (long)session.Scalar("PRAGMA user_version")!;

    private static string BackupPath(string path, long version)
    {
        for (var n = 0; ; n++)
        {
            var candidate = string.Create(CultureInfo.InvariantCulture, $"{path}.v{version}{(n == 0 ? "" : $"-{n}")}.backup");
            if (!File.Exists(candidate)) return candidate;
        }
    }
}
