using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

public sealed class LifecycleTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => Path.Combine(_directory.Path, "data");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Stop_fails_readiness_first_and_drains_a_running_download()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0", padding: 300_000));
        await using var server = await new HashgateProgram(Data).Over(index).Set("Files:VerifyFirstBytes", "65536").StartAsync();
        var gate = new Gate();
        index.Faults.Once(file.Path, Fault.HoldBody(200_000, gate));
        using var answer = await server.Client.GetAsync(file.Path.TrimStart('/'), HttpCompletionOption.ResponseHeadersRead);
        var download = answer.Content.ReadAsByteArrayAsync();

        var watching = WatchReadinessAsync(server);
        await server.AskToStopAsync();
        var last = await watching;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "draining"), last);
        Assert.False(download.IsCompleted);
        gate.Open();
        Assert.Equal(file.Bytes, await download);
        Assert.Equal(0, await server.WaitForExitAsync());
        Assert.False(File.Exists(Path.Combine(Data, "server.json")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Data, "staging")));
    }

    [Fact]
    public async Task Stop_is_announced_for_as_long_as_the_notice_and_everything_is_served_meanwhile()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        await using var server = await new HashgateProgram(Data).Over(index).Set("Shutdown:DrainTimeout", "01:00:00").Set("Shutdown:Notice", "01:00:00").StartAsync();
        await server.AskToStopAsync();
        while ((await server.Client.GetAsync("readyz")).StatusCode != HttpStatusCode.ServiceUnavailable) await Task.Delay(10);
        // On a connection of its own: the listener is open still.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Url };
        Assert.Equal(file.Bytes, await client.GetByteArrayAsync(file.Path.TrimStart('/')));
        Assert.False(server.HasExited);
    }

    [Fact]
    public async Task Stop_waits_no_longer_than_the_drain_timeout()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        await using var server = await new HashgateProgram(Data).Over(index).Set("Shutdown:DrainTimeout", "00:00:01").StartAsync();
        var gate = new Gate();
        index.Faults.Once(file.Path, Fault.HoldHead(gate));
        var download = server.Client.GetAsync(file.Path.TrimStart('/'));
        await gate.Reached;
        await server.AskToStopAsync();
        Assert.Equal(0, await server.WaitForExitAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => download);
    }

    [Fact]
    public async Task Serve_wrong_settings_are_all_named()
    {
        var program = new HashgateProgram(Data)
            .Set("Files:HoldBackBytes", "0").Set("Policy:Mode", "lenient").Set("Trust:Provider", "redis").Set("Filez:MaxBytes", "1").Set("Upstreams:internal:Projects:0", "acme-*");
        var result = await program.RunAsync();
        Assert.Equal(2, result.ExitCode);
        Assert.All(result.ErrorLines, line => Assert.StartsWith("hashgate: Hashgate:", line, StringComparison.Ordinal));
        foreach (var key in (string[])["Files:HoldBackBytes", "Policy:Mode", "Redis:Configuration", "Filez:MaxBytes", "Upstreams:internal:IndexUrl"])
            Assert.Single(result.ErrorLines, line => line.Contains(key, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(5, result.ErrorLines.Count);
        Assert.Equal(result.ErrorLines, (await program.RunAsync("trust", "export")).ErrorLines);
    }

    [Fact]
    public async Task Serve_second_process_on_one_data_directory_is_refused()
    {
        var program = new HashgateProgram(Data);
        await using var first = await program.StartAsync();
        await AssertRefusedAsync(program, "in use by another process", "--urls", "http://127.0.0.1:0");
        Assert.Empty(await first.ReasonsAsync());
        await first.KillAsync();
        await using var next = await program.StartAsync();
        Assert.Empty(await next.ReasonsAsync());
    }

    [Fact]
    public async Task Serve_port_in_use_is_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await AssertRefusedAsync(new HashgateProgram(Data), "--urls", "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}"));
    }

    [Fact]
    public async Task Serve_data_directory_that_is_a_file_is_refused()
    {
        await File.WriteAllTextAsync(Data, "");
        await AssertRefusedAsync(new HashgateProgram(Data), "DataDirectory");
    }

    [Theory]
    [InlineData("trust.db")]
    [InlineData("events.db")]
    public async Task Serve_store_of_a_newer_program_is_refused_and_left_alone(string store)
    {
        var program = new HashgateProgram(Data);
        await using (var server = await program.StartAsync())
        {
            await server.AskToStopAsync();
            Assert.Equal(0, await server.WaitForExitAsync());
        }
        // A clean stop leaves everything in the database itself, where user_version is the number at offset 60.
        var path = Path.Combine(Data, store);
        Assert.False(File.Exists(path + "-wal"));
        var bytes = await File.ReadAllBytesAsync(path);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(60), 99);
        await File.WriteAllBytesAsync(path, bytes);

        await AssertRefusedAsync(program, "99", "--urls", "http://127.0.0.1:0");
        if (store == "trust.db") await AssertRefusedAsync(program, "99", "trust", "export");
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task Settings_come_from_the_nearest_source()
    {
        var folder = Path.Combine(_directory.Path, "folder");
        Directory.CreateDirectory(folder);
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        var program = new HashgateProgram(Data) { WorkingDirectory = folder }.Over(index);

        Assert.Equal("../../packages", await ServedUnderAsync(program));
        await WriteAsync("appsettings.json", "https://appsettings.example");
        Assert.Equal("https://appsettings.example/packages", await ServedUnderAsync(program));
        await WriteAsync("hashgate.json", "https://hashgate-json.example");
        Assert.Equal("https://hashgate-json.example/packages", await ServedUnderAsync(program));
        program.Environment["HASHGATE_CONFIG"] = await WriteAsync("named.json", "https://named.example");
        Assert.Equal("https://named.example/packages", await ServedUnderAsync(program));
        program.Set("PublicUrl", "https://environment.example");
        Assert.Equal("https://environment.example/packages", await ServedUnderAsync(program));
        Assert.Equal("https://arguments.example/packages", await ServedUnderAsync(program, "--Hashgate:PublicUrl", "https://arguments.example"));

        async Task<string> WriteAsync(string name, string publicUrl)
        {
            var path = Path.Combine(folder, name);
            await File.WriteAllTextAsync(path, JsonSerializer.Serialize(new { Hashgate = new { PublicUrl = publicUrl } }));
            return path;
        }
    }

    [Theory]
    [InlineData("missing.json", null, "does not exist")]
    [InlineData("broken.json", "{ \"Hashgate\": ", "can't be read")]
    public async Task HASHGATE_CONFIG_that_can_not_be_read_is_refused(string name, string? text, string said)
    {
        var path = Path.Combine(_directory.Path, name);
        if (text is not null) await File.WriteAllTextAsync(path, text);
        var program = new HashgateProgram(Data);
        program.Environment["HASHGATE_CONFIG"] = path;
        await AssertRefusedAsync(program, said);
        await AssertRefusedAsync(program, name, "trust", "export");
    }

    private static async Task AssertRefusedAsync(HashgateProgram program, string said, params string[] arguments)
    {
        var result = await program.RunAsync(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(said, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static async Task<string> ServedUnderAsync(HashgateProgram program, params string[] arguments)
    {
        await using var server = await program.StartAsync(arguments);
        using var page = await server.GetPageAsync("alpha");
        var url = JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement.GetProperty("files")[0].GetProperty("url").GetString()!;
        return url[..(url.IndexOf("/packages/", StringComparison.Ordinal) + "/packages".Length)];
    }

    /// <summary>Asks until nobody listens any more; the last answer.</summary>
    private static async Task<(HttpStatusCode Code, string? Status)> WatchReadinessAsync(HashgateProcess server)
    {
        (HttpStatusCode, string?) last = default;
        while (true)
        {
            try
            {
                using var answer = await server.Client.GetAsync("readyz");
                last = (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetString());
            }
            catch (HttpRequestException)
            {
                return last;
            }
            await Task.Delay(10);
        }
    }
}
