using Hashgate.Core.Trust;
using Hashgate.Storage.Sqlite;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private static readonly SqliteSchema One = new("CREATE TABLE t (x INTEGER PRIMARY KEY)");
    private static readonly SqliteSchema Two = new("CREATE TABLE t (x INTEGER PRIMARY KEY)", "ALTER TABLE t ADD COLUMN y TEXT DEFAULT 'new'");
    private readonly TemporaryDirectory _directory = new();

    private string DatabasePath => System.IO.Path.Combine(_directory.Path, "sub", "test.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Open_new_file_uses_wal_and_full_synchronous()
    {
        using var database = new SqliteDatabase(DatabasePath, One);
        var settings = await database.ReadAsync(s => (s.Scalar("PRAGMA journal_mode"), s.Scalar("PRAGMA synchronous"), s.Scalar("PRAGMA foreign_keys"), s.Scalar("PRAGMA busy_timeout")), default);
        Assert.Equal(("wal", 2L, 1L, 5000L), settings);
    }

    [Fact]
    public async Task Open_newer_schema_is_refused_naming_file_and_versions()
    {
        using (var newer = new SqliteDatabase(DatabasePath, Two)) await newer.OpenAsync(default);
        using var older = new SqliteDatabase(DatabasePath, One);
        var error = await Assert.ThrowsAsync<StoreVersionException>(async () => await older.OpenAsync(default));
        Assert.Contains(DatabasePath, error.Message, StringComparison.Ordinal);
        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("up to 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_older_schema_is_copied_aside_before_it_is_migrated()
    {
        using (var before = new SqliteDatabase(DatabasePath, One)) await before.WriteAsync(s => s.Execute("INSERT INTO t VALUES (7)"), default);
        using var after = new SqliteDatabase(DatabasePath, Two);
        Assert.Equal("new", await after.ReadAsync(s => s.Scalar("SELECT y FROM t WHERE x = 7"), default));
        using var backup = new SqliteDatabase(DatabasePath + ".v1.backup", One);
        Assert.Equal(7L, await backup.ReadAsync(s => s.Scalar("SELECT x FROM t"), default));
    }

    [Fact]
    public async Task Open_failed_step_leaves_the_old_version()
    {
        using (var before = new SqliteDatabase(DatabasePath, One)) await before.OpenAsync(default);
        using (var broken = new SqliteDatabase(DatabasePath, new SqliteSchema("", "CREATE TABLE u (x); SELECT nonsense FROM nowhere")))
        {
            await Assert.ThrowsAnyAsync<Exception>(async () => await broken.OpenAsync(default));
        }
        using var again = new SqliteDatabase(DatabasePath, One);
        Assert.Equal(0L, await again.ReadAsync(s => s.Scalar("SELECT count(*) FROM sqlite_master WHERE name = 'u'"), default));
    }

    [Fact]
    public async Task Write_that_throws_is_rolled_back_and_the_next_one_works()
    {
        using var database = new SqliteDatabase(DatabasePath, One);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await database.WriteAsync<int>(s =>
        {
            s.Execute("INSERT INTO t VALUES (1)");
            throw new InvalidOperationException();
        }, default));
        await database.WriteAsync(s => s.Execute("INSERT INTO t VALUES (2)"), default);
        Assert.Equal(2L, await database.ReadAsync(s => s.Scalar("SELECT group_concat(x) FROM t") is string x ? long.Parse(x, System.Globalization.CultureInfo.InvariantCulture) : 0, default));
    }

    [Fact]
    public async Task Read_of_a_file_that_is_no_database_is_unavailable_until_it_is_put_right()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(DatabasePath)!);
        await File.WriteAllTextAsync(DatabasePath, new string('x', 5000));
        using var database = new SqliteDatabase(DatabasePath, One);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await database.ReadAsync(s => s.Scalar("SELECT 1"), default));
        File.Delete(DatabasePath);
        Assert.Equal(1L, await database.ReadAsync(s => s.Scalar("SELECT 1"), default));
    }
}
