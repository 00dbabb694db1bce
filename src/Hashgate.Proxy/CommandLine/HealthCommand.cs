using System.CommandLine;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.CommandLine;

/// <summary><c>hashgate health</c>: what a container's health check asks.</summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        var url = new Option<string?>("--url") { Description = "The server to ask; by default the first address of ASPNETCORE_URLS, else " + HashgateServer.DefaultUrl + "." };
        var command = new Command("health", "Ask a running server whether it is alive: exit 0 if it is, 3 if not.") { url };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(url) ?? Configured(), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url.TrimEnd('/') + "/healthz", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync($"hashgate: '{url}' is no http or https URL.");
            return HashgateCommand.WrongUse;
        }
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await client.GetAsync(address, cancellationToken);
            await Console.Out.WriteLineAsync(await response.Content.ReadAsStringAsync(cancellationToken));
            return response.IsSuccessStatusCode ? HashgateCommand.Fine : HashgateCommand.Unreachable;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"hashgate: {address} gives no answer: {error.Message}");
            return HashgateCommand.Unreachable;
        }
    }

    private static string Configured() =>
        ServerFile.Reachable(Environment.GetEnvironmentVariable("ASPNETCORE_URLS")?.Split(';')[0] is { Length: > 0 } first ? first : HashgateServer.DefaultUrl);
}
