using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>A SQLite file is emptied or put back while the program is down: its next start must notice.</summary>
public sealed class SqliteTrustLossTests : TrustLossContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _dump = new();
    private SqliteTrustStore? _store;

    private string DatabasePath => Path.Combine(_directory.Path, "trust.db");

    protected override Task<ITrustStore> OpenAsync()
    {
        _store = new SqliteTrustStore(DatabasePath);
        return Task.FromResult<ITrustStore>(_store);
    }

    protected override Task<ITrustStore> EmptyAsync()
    {
        _store!.Dispose();
        Delete();
        return OpenAsync();
    }

    // Nobody writes meanwhile: the file and its write-ahead log belong together.
    protected override Task TakeDumpAsync()
    {
        Copy(_directory.Path, _dump.Path);
        return Task.CompletedTask;
    }

    protected override Task<ITrustStore> PutDumpBackAsync()
    {
        _store!.Dispose();
        Delete();
        Copy(_dump.Path, _directory.Path);
        return OpenAsync();
    }

    protected override Task CloseAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _store?.Dispose();
        _directory.Dispose();
        _dump.Dispose();
    }

    private void Delete()
    {
        foreach (var file in Directory.GetFiles(_directory.Path)) File.Delete(file);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
