using Hashgate.Core.Trust;
using Hashgate.Storage.Sqlite;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests;

public sealed class StoreTimesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Database_measures_each_reading_and_writing_under_its_file_s_name()
    {
        using var database = new SqliteDatabase(Path.Combine(_directory.Path, "demo.db"), new SqliteSchema("CREATE TABLE t (x INTEGER)"));
        await database.WriteAsync(session => session.Execute("INSERT INTO t VALUES (1)"), default);
        await database.WriteAsync(session => session.Execute("INSERT INTO t VALUES (2)"), default);
        await database.ReadAsync(session => session.Scalar("SELECT max(x) FROM t"), default);
        Assert.Equal("demo", database.Times.Store);
        Assert.Equal((1, 2), (database.Times.ByOperation["read"].Read().Count, database.Times.ByOperation["write"].Read().Count));
    }

    [Fact]
    public async Task What_fails_is_measured_too()
    {
        using var database = new SqliteDatabase(_directory.Path, new SqliteSchema("CREATE TABLE t (x INTEGER)"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => database.OpenAsync(default).AsTask());
        Assert.Equal(1, database.Times.ByOperation["write"].Read().Count);
    }
}
