using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hashgate.Testing;

/// <summary>A redis-server of its own on a free loopback port, with its append-only file in a directory of its own.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Func<RedisServer, IEnumerable<string>> _arguments;
    private Process? _process;

    private RedisServer(Func<RedisServer, IEnumerable<string>> arguments) => _arguments = arguments;

    public int Port { get; } = LoopbackPort.Free();

    /// <summary>What a client connects to, as the user of the documentation: it may do what that says, and nothing else.</summary>
    public string Configuration => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port},{RedisUser.Credentials}");

    public string DataDirectory => _directory.Path;

    private string AppendOnlyDirectory => Path.Combine(DataDirectory, "appendonlydir");

    /// <summary>Starts one as durable as Hashgate wants it; more arguments (<c>--name value</c>) win over these.</summary>
    public static Task<RedisServer> StartAsync(params string[] arguments) => StartAsync(server =>
    [
        "--port", server.Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", server.DataDirectory, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
        "--user", .. RedisUser.Rules(arguments), .. arguments,
    ]);

    internal static async Task<RedisServer> StartAsync(Func<RedisServer, IEnumerable<string>> arguments)
    {
        var server = new RedisServer(arguments);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same port and directory, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in _arguments(this)) start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new InvalidOperationException("redis-server did not start.");
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await TryCommandAsync("PING", deadline.Token) is not "+PONG")
        {
            if (_process.HasExited) throw new InvalidOperationException($"redis-server ended with {_process.ExitCode}.");
            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>It goes on accepting connections, and answers nothing.</summary>
    public Task StopAnsweringAsync() => SignalAsync("-STOP");

    public Task AnswerAgainAsync() => SignalAsync("-CONT");

    /// <summary>Sends one inline command and returns the first line of the answer.</summary>
    public async Task<string> CommandAsync(string command) =>
        await TryCommandAsync(command, CancellationToken.None) ?? throw new InvalidOperationException("redis-server doesn't answer.");

    /// <summary>Sends one inline command and returns the text that is the answer, without its length.</summary>
    public async Task<string> ReadAsync(string command) =>
        await TryAskAsync(command, ReadTextAsync, CancellationToken.None) ?? throw new InvalidOperationException("redis-server doesn't answer.");

    /// <summary>Copies its data to a new directory, as a backup does; a cluster's member keeps what it knows of the others elsewhere.</summary>
    public void CopyData(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var file in Directory.GetFiles(AppendOnlyDirectory)) File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
    }

    /// <summary>Ends it and starts it again with what was copied, which is moved to its place.</summary>
    public async Task StartFromAsync(string copy)
    {
        await KillAsync();
        Directory.Delete(AppendOnlyDirectory, recursive: true);
        Directory.Move(copy, AppendOnlyDirectory);
        await StartAgainAsync();
    }

    /// <summary>Sends one inline command and returns the answer's first lines, fewer where it has no more.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(string command, int count) => await TryAskAsync(command, async (reader, token) =>
    {
        var lines = new List<string>();
        while (lines.Count < count && await reader.ReadLineAsync(token) is { } line) lines.Add(line);
        return lines;
    }, CancellationToken.None) ?? [];

    /// <summary>Commands and keys that a user was refused, for not having the right.</summary>
    public async Task<IReadOnlyList<string>> RefusedAsync()
    {
        var lines = await LinesAsync("ACL LOG", 1000);
        // Name and value of each field follow on each other, each after its length.
        return [.. Enumerable.Range(0, Math.Max(0, lines.Count - 2)).Where(i => lines[i] == "object").Select(i => lines[i + 2]).Distinct()];
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _directory.Dispose();
    }

    private Task<string?> TryCommandAsync(string command, CancellationToken cancellationToken) =>
        TryAskAsync(command, (reader, token) => reader.ReadLineAsync(token).AsTask(), cancellationToken);

    private static async Task<string?> ReadTextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        if (await reader.ReadLineAsync(cancellationToken) is not ['$', .. var length]) return null;
        var text = new char[int.Parse(length, CultureInfo.InvariantCulture)];
        return await reader.ReadBlockAsync(text, cancellationToken) == text.Length ? new string(text) : null;
    }

    private async Task<T?> TryAskAsync<T>(string command, Func<StreamReader, CancellationToken, Task<T?>> read, CancellationToken cancellationToken) where T : class
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            await using var stream = client.GetStream();
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(command + "\r\n"), cancellationToken);
            // So that it ends when it has said all.
            client.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream);
            return await read(reader, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return null;
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
