using System.Globalization;
using System.Net;
using AngleSharp.Dom;
using Hashgate.Proxy.Tests.PolicyRules;

namespace Hashgate.Proxy.Tests.Dashboard;

/// <summary>Every page over a Hashgate full of hostile texts: they are text, nothing comes from elsewhere, and whoever can't see or point finds their way.</summary>
public sealed class HostilePageTests(HostileTexts hostile) : IClassFixture<HostileTexts>
{
    private static readonly string Escaped = Uri.EscapeDataString(HostileTexts.Line);

    private static readonly HashSet<string> Elements = new(StringComparer.Ordinal)
    {
        "html", "head", "meta", "title", "link", "script", "body", "header", "nav", "main", "footer", "section", "article", "div", "span", "h1", "h2", "h3", "p", "a", "b", "small", "ul", "ol", "li", "dl", "dt", "dd",
        "table", "caption", "thead", "tbody", "tr", "th", "td", "code", "pre", "bdi", "br", "time", "blockquote", "figure", "figcaption", "details", "summary", "em", "strong", "abbr",
        "form", "label", "fieldset", "legend", "input", "select", "option", "textarea", "button", "svg", "path", "circle", "rect", "g",
    };

    public static TheoryData<string> Pages =>
    [
        "", "?range=30d", "blocked", "blocked?kind=all", "blocked?kind=acts", "projects", "reports", "reports?status=confirmed", "policy", "tokens", "health", "nowhere",
        .. HostileTexts.Projects.Select(p => "projects/" + p),
        .. ((string[])["?range={0}", "blocked?q={0}", "blocked?client={0}&rule={0}&kind={0}&range={0}", "blocked?project={0}&since={0}&until={0}", "blocked?cursor={0}", "projects?name={0}", "reports?project={0}", "theme?to={0}&return={0}", "blocked?done={0}"])
            .Select(path => string.Format(CultureInfo.InvariantCulture, path, Escaped)),
    ];

    [Theory, MemberData(nameof(Pages))]
    public async Task Page_shows_texts_as_texts_and_can_be_read_by_anybody(string path) => await AssertPageAsync("dashboard" + (path.Length == 0 || path[0] == '?' ? path : "/" + path));

    [Fact]
    public async Task Story_of_every_event_shows_texts_as_texts()
    {
        foreach (var project in HostileTexts.Projects)
        {
            using var file = await hostile.Server.Client.GetAsync(hostile.Last(project).Path[1..]);
        }
        var (_, answer) = await hostile.Server.CallAsync(HttpMethod.Get, "api/v1/events?limit=1000");
        var ids = answer.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("id").GetString()!).ToArray();
        Assert.True(ids.Length > HostileTexts.Projects.Length, $"{ids.Length} events");
        foreach (var id in ids) await AssertPageAsync("dashboard/events/" + id);
    }

    private async Task AssertPageAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + hostile.Server.AdminToken);
        using var answer = await hostile.Server.Client.SendAsync(request);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.SeeOther, $"{path}: {(int)answer.StatusCode}");
        Assert.StartsWith("default-src 'none'; style-src 'self'; script-src 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.All(answer.Headers.SelectMany(h => h.Value), value => Assert.All(value, c => Assert.InRange(c, ' ', '~')));
        if (answer.StatusCode == HttpStatusCode.SeeOther) return;
        Assert.InRange(answer.Content.Headers.ContentLength!.Value, 1, 400_000);
        var page = await DashboardCalls.ReadAsync(answer);

        AssertPlain(page, path);
        AssertReadable(page, path);
    }

    /// <summary>No element but ours, no script, style or address of others, no character that steers.</summary>
    private static void AssertPlain(IDocument page, string path)
    {
        foreach (var element in page.All)
        {
            Assert.True(Elements.Contains(element.LocalName) || element is { LocalName: "title", ParentElement.LocalName: "g" }, $"{path}: <{element.LocalName}>");
            foreach (var attribute in element.Attributes)
            {
                Assert.True(attribute.Name != "style" && !attribute.Name.StartsWith("on", StringComparison.Ordinal), $"{path}: {attribute.Name} of <{element.LocalName}>");
                AssertVisible(attribute.Value, path);
            }
            if (element.LocalName == "script") Assert.Equal((true, ""), (element.GetAttribute("src")!.Contains("dashboard/assets/dashboard.", StringComparison.Ordinal), element.TextContent));
            foreach (var address in ((string[])["href", "src", "action", "formaction", "data-live", "data-stream"]).Select(element.GetAttribute).OfType<string>())
            {
                var isElsewhere = address.Contains(':', StringComparison.Ordinal) && address.IndexOf(':', StringComparison.Ordinal) < (address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? query : int.MaxValue);
                Assert.False(address.StartsWith("//", StringComparison.Ordinal), $"{path}: {address}");
                if (isElsewhere) Assert.Equal((true, "a", "noreferrer noopener nofollow"), (address.StartsWith("https://", StringComparison.Ordinal) || address.StartsWith("http://", StringComparison.Ordinal), element.LocalName, element.GetAttribute("rel")));
            }
        }
        AssertVisible(page.DocumentElement.TextContent, path);
    }

    /// <summary>Landmarks, headings in order, names on every control, captions on tables, ids once.</summary>
    private static void AssertReadable(IDocument page, string path)
    {
        Assert.Single(page.QuerySelectorAll("main"));
        Assert.Single(page.QuerySelectorAll("h1"));
        var levels = page.QuerySelectorAll("h1, h2, h3").Select(h => h.LocalName[1] - '0').ToArray();
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1, $"{path}: h{pair.Second} after h{pair.First}"));
        foreach (var control in page.QuerySelectorAll("input:not([type=hidden]), select, textarea"))
            Assert.True(control.Closest("label") is not null || control.HasAttribute("aria-label") || page.QuerySelector($"label[for='{control.Id}']") is not null, $"{path}: {control.OuterHtml} has no label");
        Assert.All(page.QuerySelectorAll("button, main a"), named => Assert.False(string.IsNullOrWhiteSpace(named.TextContent), $"{path}: {named.OuterHtml} has no name"));
        Assert.All(page.QuerySelectorAll("th"), header => Assert.True(header.HasAttribute("scope"), $"{path}: {header.OuterHtml}"));
        var ids = page.QuerySelectorAll("[id]").Select(e => e.Id!).ToArray();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(page.QuerySelectorAll("[aria-labelledby]"), e => Assert.NotNull(page.GetElementById(e.GetAttribute("aria-labelledby")!)));
    }

    private static void AssertVisible(string text, string path) => Assert.True(
        text.All(c => c == '\n' || char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)), $"{path}: {Uri.EscapeDataString(text)}");
}
