using Hashgate.Core.Events;
using Hashgate.Proxy.Hosting;
using Hashgate.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hashgate.Proxy.Tests.Running;

/// <summary>The whole program in this process, on a loopback port, with a data directory of its own.</summary>
public sealed class RunningHashgate : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IDisposable _held;
    private readonly TemporaryDirectory? _ownDirectory;

    private RunningHashgate(WebApplication app, IDisposable held, TemporaryDirectory? ownDirectory, string dataDirectory)
    {
        (_app, _held, _ownDirectory, DataDirectory) = (app, held, ownDirectory, dataDirectory);
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, AutomaticDecompression = System.Net.DecompressionMethods.None }) { BaseAddress = Url };
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Follows no redirects, decodes nothing.</summary>
    public HttpClient Client { get; }

    public string DataDirectory { get; }

    public IServiceProvider Services => _app.Services;

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>The generated operator's token.</summary>
    public string AdminToken => File.ReadAllText(Path.Combine(DataDirectory, "admin-token")).Trim();

    /// <summary>Starts it in front of an index.</summary>
    /// <param name="settings">Below <c>Hashgate:</c>, such as <c>Files:VerifyFirstBytes</c>.</param>
    /// <param name="dataDirectory">Kept afterwards; by default one of its own, removed in the end.</param>
    public static async Task<RunningHashgate> StartAsync(
        FakeIndex? index, IReadOnlyDictionary<string, string?>? settings = null, string? dataDirectory = null, TimeProvider? time = null, Action<IServiceCollection>? services = null)
    {
        var own = dataDirectory is null ? new TemporaryDirectory() : null;
        var directory = dataDirectory ?? own!.Path;
        var app = HashgateServer.Build(["--urls", "http://127.0.0.1:0", "--Serilog:MinimumLevel:Default=Error"], builder =>
        {
            if (time is not null) builder.Services.Replace(ServiceDescriptor.Singleton(time));
            services?.Invoke(builder.Services);
        }, Configure);
        var held = await HashgateServer.StartAsync(app, CancellationToken.None);
        return new RunningHashgate(app, held, own, directory);

        void Configure(IConfigurationBuilder configuration)
        {
            var values = new Dictionary<string, string?> { ["Hashgate:DataDirectory"] = directory, ["Hashgate:Cache:MinFreeBytes"] = "0", ["Hashgate:Advisories:Source"] = "none" };
            if (index is not null) values["Hashgate:Upstreams:pypi:IndexUrl"] = index.IndexUrl.AbsoluteUri;
            foreach (var (key, value) in settings ?? new Dictionary<string, string?>()) values["Hashgate:" + key] = value;
            configuration.AddInMemoryCollection(values);
        }
    }

    /// <summary>Every event so far, newest first.</summary>
    public async Task<IReadOnlyList<Event>> EventsAsync(EventQuery? query = null)
    {
        var log = Get<IEventLog>();
        await log.FlushAsync(CancellationToken.None);
        return [.. (await log.QueryAsync(query ?? new EventQuery(Limit: 1000), CancellationToken.None)).Events.Select(e => e.Event)];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _held.Dispose();
        _ownDirectory?.Dispose();
    }
}
