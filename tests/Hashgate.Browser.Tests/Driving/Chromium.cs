using Microsoft.Playwright;

namespace Hashgate.Browser.Tests.Driving;

/// <summary>Debian's chromium, started once; each person who visits has cookies and a window of their own.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Path = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        Assert.True(File.Exists(Path), $"{Path} is missing: tests/run installs it (Debian: apt-get install chromium).");
        var playwright = await Playwright.CreateAsync();
        // Chromium's own sandbox doesn't run as root; what it visits is ours.
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Path, Args = ["--no-sandbox"] });
        return new Chromium(playwright, browser);
    }

    /// <summary>Opens a window.</summary>
    /// <param name="session">What an earlier window kept, to be signed in as there; null: nobody.</param>
    public async Task<Visit> VisitAsync(Uri site, string? session = null, ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900, bool script = true)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = site.AbsoluteUri,
            StorageState = session,
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            JavaScriptEnabled = script,
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(15_000);
        return new Visit(site, context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
