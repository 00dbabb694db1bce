using Hashgate.Proxy.Tests.PolicyRules;
using Microsoft.Playwright;

namespace Hashgate.Browser.Tests.Driving;

/// <summary>What all browser tests share: a site, a second one where every foreign text is hostile, a browser, and two people who are signed in.</summary>
public sealed class Dashboard : IAsyncLifetime
{
    private Chromium _chromium = null!;
    private string _operator = null!, _viewer = null!;

    internal Site Site { get; private set; } = null!;

    internal HostileTexts Hostile { get; private set; } = null!;

    /// <summary>Every page there is for viewers, by the name that its pictures get.</summary>
    public static TheoryData<string> PageNames => ["overview", "blocked", "story", "projects", "project", "file", "reports", "policy", "health"];

    public async Task InitializeAsync()
    {
        var sites = Task.WhenAll(Task.Run(async () => Site = await Site.StartAsync()), Task.Run(async () => Hostile = await StartHostileAsync()));
        _chromium = await Chromium.StartAsync();
        await sites;
        _operator = await SignedInAsync(Site.OperatorToken);
        _viewer = await SignedInAsync(Site.ViewerToken);
    }

    public async Task DisposeAsync()
    {
        await _chromium.DisposeAsync();
        await Site.DisposeAsync();
        await Hostile.DisposeAsync();
        Hostile.Dispose();
    }

    /// <summary>A window of somebody who may do everything.</summary>
    internal Task<Visit> OperatorAsync(ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900, bool script = true) => _chromium.VisitAsync(Site.Url, _operator, scheme, width, height, script);

    /// <summary>A window of somebody who may look.</summary>
    internal Task<Visit> ViewerAsync() => _chromium.VisitAsync(Site.Url, _viewer);

    /// <summary>A window of anybody.</summary>
    internal Task<Visit> StrangerAsync(ColorScheme scheme = ColorScheme.Light) => _chromium.VisitAsync(Site.Url, scheme: scheme);

    /// <summary>A window on the hostile site; whoever is on its machine may look.</summary>
    internal Task<Visit> OnHostileAsync() => _chromium.VisitAsync(Hostile.Server.Url);

    /// <summary>The address of a page.</summary>
    internal async Task<string> PathAsync(string page) => page switch
    {
        "overview" => "/dashboard",
        "story" => "/dashboard/events/" + await Site.EventIdAsync("project=evil&kind=blocked"),
        "project" => "/dashboard/projects/evil",
        "file" => "/dashboard/files/good/good-1.0-py3-none-any.whl",
        _ => "/dashboard/" + page,
    };

    private static async Task<HostileTexts> StartHostileAsync()
    {
        var hostile = new HostileTexts();
        await hostile.InitializeAsync();
        foreach (var project in HostileTexts.Projects)
        {
            // What is refused becomes an event with all of its texts.
            using var page = await hostile.Server.GetPageAsync(project);
            using var file = await hostile.Server.Client.GetAsync(hostile.Last(project).Path[1..]);
        }
        return hostile;
    }

    private async Task<string> SignedInAsync(string token)
    {
        await using var visit = await StrangerAsync();
        await visit.SignInAsync(token);
        await visit.Page.WaitForURLAsync("**/dashboard");
        return await visit.SessionAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class DashboardCollection : ICollectionFixture<Dashboard>
{
    public const string Name = "dashboard";
}
