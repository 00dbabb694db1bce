using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Hashgate.Core.Packaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hashgate.Testing;

/// <summary>
/// A PyPI in this process, on a free loopback port: project list and pages, files with ranges, core metadata, provenance and
/// legacy JSON, all answered as PyPI does until <see cref="Faults"/> says otherwise.
/// </summary>
public sealed class FakeIndex : IAsyncDisposable
{
    private readonly List<FakeProject> _projects = [];
    private readonly X509Certificate2? _certificate;
    private WebApplication? _app;
    private int _port;

    private FakeIndex(bool https)
    {
        if (https) _certificate = LoopbackCertificate.Create();
    }

    /// <summary>Which requests go wrong, and how.</summary>
    public FaultScript Faults { get; } = new();

    public RequestLog Requests { get; } = new();

    /// <summary>Without a slash at its end.</summary>
    public string BaseUrl => string.Create(CultureInfo.InvariantCulture, $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{_port}");

    /// <summary>The simple index.</summary>
    public Uri IndexUrl => new($"{BaseUrl}/simple/");

    public int Port => _port;

    /// <summary>Where the page says files are; null: here. Without a slash at its end.</summary>
    public string? FileBaseUrl { get; set; }

    /// <summary>An old index that has no JSON.</summary>
    public bool HtmlOnly { get; set; }

    public string ApiVersion { get; set; } = "1.4";

    /// <summary>Whether pages carry an ETag and answer 304.</summary>
    public bool SendETag { get; set; } = true;

    /// <summary>A Last-Modified for pages, answered with 304 too; null: none.</summary>
    public DateTimeOffset? LastModified { get; set; }

    /// <summary>Whether files answer ranges.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>The only Basic credentials that are let in ("user:password"); null: anyone is.</summary>
    public string? Credentials { get; set; }

    /// <summary>The certificate that an https index shows, as PEM, to be trusted as an authority.</summary>
    public string CertificatePem => (_certificate ?? throw new InvalidOperationException("This index speaks http.")).ExportCertificatePem();

    public static async Task<FakeIndex> StartAsync(bool https = false)
    {
        var index = new FakeIndex(https);
        await index.ReviveAsync();
        return index;
    }

    /// <summary>The project of that name, added where it is new.</summary>
    public FakeProject Project(string name)
    {
        lock (_projects)
        {
            var project = _projects.Find(p => ProjectName.Normalize(p.Name) == ProjectName.Normalize(name));
            if (project is null) _projects.Add(project = new FakeProject(name));
            return project;
        }
    }

    public FakeFile Add(TestWheel wheel) => Project(wheel.Project).Add(wheel);

    /// <summary>Takes a project away: 404 from now on.</summary>
    public void Remove(string name)
    {
        lock (_projects) _projects.RemoveAll(p => ProjectName.Normalize(p.Name) == ProjectName.Normalize(name));
    }

    /// <summary>Serves every wheel of a folder under its own project.</summary>
    public void AddFolder(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.whl").Order(StringComparer.Ordinal))
        {
            var filename = Path.GetFileName(path);
            var parts = filename.Split('-');
            var bytes = File.ReadAllBytes(path);
            Project(parts[0]).Add(filename, parts[1], bytes, TestWheel.MetadataIn(bytes));
        }
    }

    /// <summary>The path of a project's page.</summary>
    public static string PagePath(string project) => $"/simple/{ProjectName.Normalize(project)}/";

    /// <summary>Where a file's link leads.</summary>
    public string UrlOf(FakeFile file) => file.Url ?? (FileBaseUrl ?? BaseUrl) + string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Ends every connection and refuses new ones.</summary>
    public async Task DieAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is not { } app) return;
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    /// <summary>Comes back on the same port.</summary>
    public async Task ReviveAsync()
    {
        if (_app is not null) return;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MinResponseDataRate = null;
            options.Listen(IPAddress.Loopback, _port, listen =>
            {
                if (_certificate is not null) listen.UseHttps(_certificate);
            });
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        var app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
        _port = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()).Port;
        _app = app;
    }

    public async ValueTask DisposeAsync()
    {
        await DieAsync();
        _certificate?.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        Requests.Add(context);
        var fault = Faults.Take(context.Request.Path.Value ?? "/");
        FakeProject[] projects;
        lock (_projects) projects = [.. _projects];
        var reply = fault.Change(FakeRoutes.Answer(this, projects, context.Request, fault.Content));
        try
        {
            await (fault.Send ?? Reply.SendAsync)(context, reply);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            // The client left, or the index died: there is nobody to tell.
            context.Abort();
        }
    }
}
