using System.Diagnostics;
using System.Globalization;

namespace Hashgate.Testing.S3;

/// <summary>
/// OpenStack's Swift as Debian has it, with its S3 interface, on loopback ports: four programs over one directory. It asserts signatures and what they
/// cover, and refuses conditions with 501. Buckets are made by whoever needs them.
/// </summary>
public sealed class SwiftServer : IAsyncDisposable
{
    public const string AccessKey = "test:tester";
    public const string SecretKey = "secret-of-the-tester";

    private static readonly string[] Stores = ["account", "container", "object"];

    private readonly TemporaryDirectory _directory = new();
    private readonly List<ServerProcess> _processes = [];
    private readonly int[] _ports = [.. Enumerable.Range(0, Stores.Length + 1).Select(_ => LoopbackPort.Free())];

    private SwiftServer() => Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_ports[^1]}/"));

    public Uri Url { get; }

    public static async Task<SwiftServer> StartAsync()
    {
        var server = new SwiftServer();
        try
        {
            await server.MakeRingsAsync();
            for (var i = 0; i < Stores.Length; i++) server.Run(Stores[i], server._ports[i], StoreSettings(Stores[i]));
            server.Run("proxy", server._ports[^1], ProxySettings);
            for (var i = 0; i < server._ports.Length; i++) await server._processes[i].ListensAsync(server._ports[i]);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        _directory.Dispose();
    }

    private void Run(string server, int port, string settings)
    {
        var file = Path.Combine(_directory.Path, server + ".conf");
        // Without workers of its own a server is one process, which goes when it is told to.
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
            [DEFAULT]
            bind_ip = 127.0.0.1
            bind_port = {port}
            workers = 0
            user = {Environment.UserName}
            swift_dir = {_directory.Path}
            devices = {_directory.Path}/devices
            mount_check = false
            disable_fallocate = true
            {settings}
            """));
        _processes.Add(ServerProcess.Start($"swift-{server}-server", file));
    }

    private async Task MakeRingsAsync()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "devices", "d"));
        var script = Path.Combine(Repository.Root, "tests", "Hashgate.Testing", "S3", "swift-rings.py");
        // Debian's own Python, which knows Debian's modules.
        using var python = Process.Start("/usr/bin/python3", [script, _directory.Path, .. _ports.Take(Stores.Length).Select(p => p.ToString(CultureInfo.InvariantCulture))]);
        await python.WaitForExitAsync();
        if (python.ExitCode != 0) throw new InvalidOperationException($"{script} ended with {python.ExitCode}.");
    }

    private static string StoreSettings(string server) => $"""
        [pipeline:main]
        pipeline = {server}-server
        [app:{server}-server]
        use = egg:swift#{server}
        """;

    private const string ProxySettings = $"""
        [pipeline:main]
        pipeline = catch_errors cache s3api tempauth slo proxy-server
        [app:proxy-server]
        use = egg:swift#proxy
        account_autocreate = true
        [filter:catch_errors]
        use = egg:swift#catch_errors
        # It insists on a memcached, and goes without where that one doesn't answer.
        [filter:cache]
        use = egg:swift#memcache
        memcache_servers = 127.0.0.1:1
        [filter:s3api]
        use = egg:swift#s3api
        location = us-east-1
        [filter:tempauth]
        use = egg:swift#tempauth
        user_test_tester = {SecretKey} .admin
        [filter:slo]
        use = egg:swift#slo
        """;
}
