using System.Net.Http.Headers;
using System.Text.Json;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Storage.Sqlite;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Hashgate.Proxy.CommandLine;

/// <summary>
/// A way to the API for one command: the server that holds the data directory, or, where none runs, one of this process's own on a
/// loopback port for as long as the command takes. One path to the stores for both.
/// </summary>
internal sealed class ServerSession(HttpClient client)
{
    /// <summary>Runs a command and turns what can go wrong into its exit code.</summary>
    /// <param name="decides">Whether the command asks for decisions, which need the lists.</param>
    public static async Task<int> RunAsync(Func<ServerSession, Task<int>> command, CancellationToken cancellationToken, bool decides = true)
    {
        try
        {
            await using var app = HashgateServer.Build(["--urls", "http://127.0.0.1:0", "--Serilog:MinimumLevel:Default=Fatal", "--Hashgate:Shutdown:DrainTimeout=00:00:00"]);
            var settings = app.Services.GetRequiredService<HashgateSettings>();
            if (DataDirectory.IsHeld(settings.DataDirectory)) return await AskAsync(Running(settings), settings, command);

            using var held = await HashgateServer.StartAsync(app, cancellationToken, decides);
            var own = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            var result = await AskAsync(own, settings, command);
            await app.StopAsync(cancellationToken);
            return result;
        }
        catch (SettingsException wrong)
        {
            foreach (var error in wrong.Errors) await Console.Error.WriteLineAsync("hashgate: " + error);
            return HashgateCommand.WrongUse;
        }
        catch (StoreVersionException newer)
        {
            return await WrongUseAsync(newer.Message);
        }
        catch (HttpRequestException error)
        {
            await Console.Error.WriteLineAsync($"hashgate: the server can't be reached: {error.Message}");
            return HashgateCommand.Unreachable;
        }
    }

    public static async Task<int> WrongUseAsync(string why)
    {
        await Console.Error.WriteLineAsync("hashgate: " + why);
        return HashgateCommand.WrongUse;
    }

    public async Task<ApiAnswer> GetAsync(string path, CancellationToken cancellationToken) =>
        await ApiAnswer.ReadAsync(await client.GetAsync(path, cancellationToken), cancellationToken);

    public async Task<ApiAnswer> PostAsync(string path, HttpContent content, CancellationToken cancellationToken) =>
        await ApiAnswer.ReadAsync(await client.PostAsync(path, content, cancellationToken), cancellationToken);

    public async Task<ApiAnswer> DeleteAsync(string path, CancellationToken cancellationToken) =>
        await ApiAnswer.ReadAsync(await client.DeleteAsync(path, cancellationToken), cancellationToken);

    public async Task<int> CopyToOutputAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode) return (await ApiAnswer.ReadAsync(response, cancellationToken)).Print(json: false, static _ => "");
        await using var output = Console.OpenStandardOutput();
        await response.Content.CopyToAsync(output, cancellationToken);
        return HashgateCommand.Fine;
    }

    private static async Task<int> AskAsync(Uri server, HashgateSettings settings, Func<ServerSession, Task<int>> command)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        if (Token(settings) is { } token) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await command(new ServerSession(client));
    }

    private static Uri Running(HashgateSettings settings) =>
        ServerFile.Read(settings.DataDirectory)
        ?? throw new SettingsException([$"Another process holds the data directory '{settings.DataDirectory}' and hasn't said where it listens yet: try again."]);

    /// <summary>The operator's token: from the environment, from the settings, else the generated one.</summary>
    private static string? Token(HashgateSettings settings)
    {
        if (Environment.GetEnvironmentVariable("HASHGATE_TOKEN") is { Length: > 0 } given) return given;
        if (settings.Admin.Tokens.Count > 0) return settings.Admin.Tokens.MaxBy(t => t.Role)!.Value;
        var path = TokenAuthority.TokenPath(settings.DataDirectory);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }
}

/// <summary>What the API answered.</summary>
internal sealed record ApiAnswer(bool IsSuccess, int Status, JsonElement Body)
{
    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return new ApiAnswer(response.IsSuccessStatusCode, (int)response.StatusCode, JsonDocument.Parse(text.Length > 0 ? text : "{}").RootElement);
        }
    }

    /// <summary>Prints the answer; exit code 1 where one of the named lists has entries.</summary>
    public int Print(bool json, Func<JsonElement, string> inWords, params ReadOnlySpan<string> differing)
    {
        if (!IsSuccess)
        {
            Console.Error.WriteLine("hashgate: " + (Body.TryGetProperty("detail", out _) ? TrustReport.Plain(Body, "detail") : $"the server answered {Status}"));
            return Status >= 500 ? HashgateCommand.Unreachable : HashgateCommand.WrongUse;
        }
        Console.Write(json ? Body.GetRawText() + "\n" : inWords(Body));
        foreach (var name in differing)
        {
            if (Body.GetProperty(name).GetArrayLength() > 0) return HashgateCommand.Different;
        }
        return HashgateCommand.Fine;
    }
}
