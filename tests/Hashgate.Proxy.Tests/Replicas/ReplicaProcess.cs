using System.Globalization;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Replicas;

/// <summary>One replica in a process of its own, which keeps its address and its data directory when it is started again.</summary>
internal sealed class ReplicaProcess(HashgateProgram program) : IAsyncDisposable
{
    private HashgateProcess? _server;

    /// <summary>Where it listens whenever it runs.</summary>
    public Uri Url { get; } = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LoopbackPort.Free()}/"));

    /// <summary>Its settings, for the next start.</summary>
    public HashgateProgram Program => program;

    /// <summary>The process that runs now, or that ran last.</summary>
    public HashgateProcess Server => _server!;

    /// <summary>Starts it, where one runs after ending that at once, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _server = await program.StartAsync("--urls", Url.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>Asks it to stop and waits until it has; its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await Server.AskToStopAsync();
        return await Server.WaitForExitAsync();
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
