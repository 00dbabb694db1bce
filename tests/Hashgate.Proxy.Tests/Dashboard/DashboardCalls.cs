using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;

namespace Hashgate.Proxy.Tests.Dashboard;

/// <summary>Reads pages of the dashboard as a browser does.</summary>
internal static class DashboardCalls
{
    /// <summary>A page, as the local viewer sees it, or whoever the headers say.</summary>
    public static async Task<IHtmlDocument> OpenAsync(this RunningHashgate hashgate, string path, params string[] headers)
    {
        using var answer = await hashgate.GetAsync(path, headers);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await ReadAsync(answer);
    }

    public static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage answer) => new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());

    /// <summary>As whoever holds the generated token.</summary>
    public static Task<IHtmlDocument> OpenAsOperatorAsync(this RunningHashgate hashgate, string path) => hashgate.OpenAsync(path, "Authorization: Bearer " + hashgate.AdminToken);

    /// <summary>The text of what a selector finds first, its white space folded.</summary>
    public static string TextOf(this IParentNode node, string selector) => Folded(node.QuerySelector(selector) ?? throw new Xunit.Sdk.XunitException($"There is no {selector}."));

    public static string[] TextsOf(this IParentNode node, string selector) => [.. node.QuerySelectorAll(selector).Select(Folded)];

    private static string Folded(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
