using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Tests.SimpleApi;

/// <summary>Short ways to read pages in tests.</summary>
internal static class Pages
{
    public static readonly ProjectName Demo = ProjectName.Parse("demo");
    public static readonly Uri Url = new("https://index.example/simple/demo/");
    public static readonly string Sha256 = new('a', 64);

    public static ProjectPage Json(string text) =>
        JsonPageReader.TryRead(Encoding.UTF8.GetBytes(text), Demo, Url, PageLimits.Default, out var page, out var error) ? page : throw new InvalidOperationException(error.ToString());

    public static PageError JsonError(string text, PageLimits? limits = null)
    {
        Assert.False(JsonPageReader.TryRead(Encoding.UTF8.GetBytes(text), Demo, Url, limits ?? PageLimits.Default, out _, out var error));
        return error!;
    }

    public static ProjectPage Html(string text) =>
        HtmlPageReader.TryRead(Encoding.UTF8.GetBytes(text), Demo, Url, PageLimits.Default, out var page, out var error) ? page : throw new InvalidOperationException(error.ToString());

    public static PageError HtmlError(string text, PageLimits? limits = null)
    {
        Assert.False(HtmlPageReader.TryRead(Encoding.UTF8.GetBytes(text), Demo, Url, limits ?? PageLimits.Default, out _, out var error));
        return error!;
    }

    /// <summary>A JSON page of one file, with these keys beside its filename, url and hashes.</summary>
    public static string OneFile(string moreKeys = "", string top = "\"meta\":{\"api-version\":\"1.4\"},\"versions\":[\"1.0\"]") =>
        $$"""{ {{top}},"name":"demo","files":[ {"filename":"demo-1.0.tar.gz","url":"/f/demo-1.0.tar.gz","hashes":{"sha256":"{{Sha256}}"} {{(moreKeys.Length > 0 ? "," : "")}} {{moreKeys}} } ]}""";

    public static ProjectFile JsonFile(string moreKeys) => Assert.Single(Json(OneFile(moreKeys)).Files);

    /// <summary>A JSON page whose one file has this name and URL.</summary>
    public static string Entry(string filename, string url) =>
        $$"""{"files":[{"filename":{{System.Text.Json.JsonSerializer.Serialize(filename)}},"url":{{System.Text.Json.JsonSerializer.Serialize(url)}},"hashes":{} } ]}""";
}
