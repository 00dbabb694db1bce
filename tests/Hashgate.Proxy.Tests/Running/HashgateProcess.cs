using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Hashgate.Proxy.Tests.Running;

/// <summary>A Hashgate that serves from a process of its own, to be ended in any way there is.</summary>
public sealed class HashgateProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private bool _disposed;

    private HashgateProcess(Process process, string dataDirectory)
    {
        (_process, DataDirectory) = (process, dataDirectory);
        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Patience };
    }

    public string DataDirectory { get; }

    /// <summary>Follows no redirects.</summary>
    public HttpClient Client { get; }

    /// <summary>Where it listens.</summary>
    public Uri Url => Client.BaseAddress!;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The generated operator's token.</summary>
    public string AdminToken => File.ReadAllText(Path.Combine(DataDirectory, "admin-token")).Trim();

    /// <summary>Both outputs, as far as they have come.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    internal static async Task<HashgateProcess> StartAsync(ProcessStartInfo start, string dataDirectory)
    {
        var server = new HashgateProcess(Process.Start(start)!, dataDirectory);
        try
        {
            await server.WaitUntilServingAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await WaitForExitAsync();
    }

    /// <summary>Asks it to stop; does not wait.</summary>
    public Task AskToStopAsync() => SignalAsync("-TERM");

    /// <summary>It keeps its connections and answers nothing.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>The JSON form of a project's page.</summary>
    public async Task<HttpResponseMessage> GetPageAsync(string project)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"simple/{project}/");
        request.Headers.Accept.ParseAdd("application/vnd.pypi.simple.v1+json");
        return await Client.SendAsync(request);
    }

    /// <summary>What a project's page says: file names and their sha256.</summary>
    public async Task<Dictionary<string, string>> HashesAsync(string project)
    {
        using var page = await GetPageAsync(project);
        page.EnsureSuccessStatusCode();
        var json = await page.Content.ReadFromJsonAsync<JsonElement>();
        return json.GetProperty("files").EnumerateArray()
            .Where(f => f.GetProperty("hashes").TryGetProperty("sha256", out _))
            .ToDictionary(f => f.GetProperty("filename").GetString()!, f => f.GetProperty("hashes").GetProperty("sha256").GetString()!);
    }

    public async Task<JsonElement> JsonAsync(string path) =>
        JsonDocument.Parse(await (await Client.GetAsync(path)).Content.ReadAsStringAsync()).RootElement;

    /// <summary>Every trust record, a line each.</summary>
    public async Task<string[]> ExportAsync() => (await Client.GetStringAsync("api/v1/trust/")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The reasons that readiness gives; empty where it is ready.</summary>
    public async Task<IReadOnlyList<string>> ReasonsAsync() =>
        [.. (await JsonAsync("readyz")).GetProperty("reasons").EnumerateArray().Select(r => r.GetString()!)];

    /// <summary>Waits until readiness gives no reasons any more.</summary>
    public Task WaitUntilReadyAsync() => WaitUntilAsync(async () => await ReasonsAsync() is []);

    /// <summary>Waits until readiness gives a reason with these words in it, and returns it.</summary>
    public async Task<string> WaitForReasonAsync(string words)
    {
        string? found = null;
        await WaitUntilAsync(async () => (found = (await ReasonsAsync()).FirstOrDefault(r => r.Contains(words, StringComparison.Ordinal))) is not null);
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        Client.Dispose();
        await KillAsync();
        _process.Dispose();
    }

    private async Task WaitUntilServingAsync()
    {
        // A crash leaves the word of the process before: only this one's counts.
        Uri? url = null;
        await WaitUntilAsync(() => Task.FromResult((url = Told()) is not null));
        Client.BaseAddress = url;
        (await Client.GetAsync("healthz")).EnsureSuccessStatusCode();
    }

    private Uri? Told()
    {
        if (_process.HasExited) throw new InvalidOperationException($"hashgate ended with {_process.ExitCode}: {Output}");
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(DataDirectory, "server.json")));
            return json.RootElement.GetProperty("pid").GetInt32() == Id ? new Uri(json.RootElement.GetProperty("url").GetString() + "/") : null;
        }
        catch (Exception notYet) when (notYet is IOException or JsonException)
        {
            return null;
        }
    }

    private async Task WaitUntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"It didn't come to pass; hashgate wrote: {Output}");
            await Task.Delay(20);
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private void Take(object sender, DataReceivedEventArgs line)
    {
        lock (_output) _output.AppendLine(line.Data);
    }
}
