using Hashgate.Core.Policy;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Storage.Policy;
using Hashgate.Storage.Redis;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Hosting;

/// <summary>The same with a real server: FLUSHALL, and the files of an earlier day.</summary>
[Trait("Needs", "redis")]
public sealed class RedisPolicyDoubtTests : PolicyDoubtContract, IDisposable
{
    private readonly TemporaryDirectory _dump = new();
    private RedisServer _server = null!;
    private RedisConnection _connection = null!;

    protected override async Task<IPolicyStore> OpenAsync()
    {
        _server = await RedisServer.StartAsync();
        _connection = new RedisConnection(new RedisOptions { Configuration = _server.Configuration, Timeout = TimeSpan.FromSeconds(20) });
        return new RedisPolicyStore(_connection);
    }

    protected override async Task FlushAsync() => Assert.Equal("+OK", await _server.CommandAsync("FLUSHALL"));

    protected override async Task<Func<Task>> DumpAsync()
    {
        await _server.KillAsync();
        Copy(_server.DataDirectory, _dump.Path);
        await StartAgainAsync();
        return async () =>
        {
            await _server.KillAsync();
            Directory.Delete(_server.DataDirectory, recursive: true);
            Copy(_dump.Path, _server.DataDirectory);
            await StartAgainAsync();
        };
    }

    /// <summary>Until the client has found it again.</summary>
    private async Task StartAgainAsync()
    {
        await _server.StartAgainAsync();
        await Gets.UntilAsync(async () =>
        {
            try
            {
                await Store.GetStateAsync(default);
                return true;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        });
    }

    protected override async Task CloseAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    public void Dispose() => _dump.Dispose();

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
