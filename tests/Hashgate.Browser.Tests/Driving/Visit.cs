using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Hashgate.Browser.Tests.Driving;

/// <summary>One window on the dashboard, and everything in it that shouldn't be.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    public Visit(Uri site, IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        // Errors of the console include violations of the content security policy, and whatever could not be loaded.
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Troubles.Enqueue($"console {message.Type} at {page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => Troubles.Enqueue($"script error at {page.Url}: {error}");
        page.Dialog += async (_, dialog) =>
        {
            if (!ExpectsDialog) Troubles.Enqueue($"dialog at {page.Url}: {dialog.Message}");
            if (ExpectsDialog) await dialog.AcceptAsync();
            else await dialog.DismissAsync();
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(site.AbsoluteUri, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) Troubles.Enqueue($"external request at {page.Url}: {request.Url}");
        };
    }

    public IPage Page { get; }

    public ConcurrentQueue<string> Troubles { get; } = new();

    /// <summary>Dialogs are ours, and answered with yes.</summary>
    public bool ExpectsDialog { get; set; }

    /// <summary>Goes to a page that is there.</summary>
    public async Task GoAsync(string path)
    {
        var response = await Page.GotoAsync(path.TrimStart('/'));
        Assert.True(response!.Status == 200, $"{path} answered {response.Status}");
        Assert.Equal(path, new Uri(Page.Url).PathAndQuery);
    }

    /// <summary>Signs in on the page for it, and stays where that leads.</summary>
    public async Task SignInAsync(string token)
    {
        await Page.GotoAsync("dashboard/sign-in");
        await Page.Locator("main input[type=password]").FillAsync(token);
        await Page.Locator("main button").ClickAsync();
    }

    /// <summary>What a later window needs to be signed in as here.</summary>
    public Task<string> SessionAsync() => _context.StorageStateAsync();

    /// <summary>What the page says, as a person sees it.</summary>
    public Task<string> TextAsync() => Page.Locator("main").InnerTextAsync();

    /// <summary>Nothing was wrong with any page so far.</summary>
    public void AssertQuiet() => Assert.Empty(Troubles);

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
