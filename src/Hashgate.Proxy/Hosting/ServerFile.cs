using System.Text.Json;
using System.Text.Json.Nodes;
using Hashgate.Proxy.Hosting.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Hashgate.Proxy.Hosting;

/// <summary>Leaves word in the data directory of where the running server listens, for the command line.</summary>
internal sealed class ServerFile(HashgateSettings settings, IServer server) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        return address is null
            ? Task.CompletedTask
            : File.WriteAllTextAsync(PathIn(settings.DataDirectory), new JsonObject { ["url"] = Reachable(address), ["pid"] = Environment.ProcessId }.ToJsonString(), cancellationToken);
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Forget(settings.DataDirectory);
        return Task.CompletedTask;
    }

    /// <summary>Takes the word back, a killed server's too: who listens there by now is not to be sent a token.</summary>
    public static void Forget(string dataDirectory) => File.Delete(PathIn(dataDirectory));

    /// <summary>The address of the server that holds this data directory; null where there is none.</summary>
    public static Uri? Read(string dataDirectory)
    {
        var path = PathIn(dataDirectory);
        if (!File.Exists(path)) return null;
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        return Uri.TryCreate(json.RootElement.GetProperty("url").GetString(), UriKind.Absolute, out var url) ? url : null;
    }

    /// <summary>A wildcard address is reached at loopback.</summary>
    public static string Reachable(string address) =>
        address.Replace("//0.0.0.0:", "//127.0.0.1:", StringComparison.Ordinal).Replace("//[::]:", "//[::1]:", StringComparison.Ordinal)
            .Replace("//+:", "//127.0.0.1:", StringComparison.Ordinal).Replace("//*:", "//127.0.0.1:", StringComparison.Ordinal);

    private static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "server.json");

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
