using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Hashgate.Core.SimpleApi;

/// <summary>Reads an upstream's project list (simple repository API, the root page) in JSON or HTML.</summary>
public static class ProjectListReader
{
    /// <summary>Reads a JSON list: <c>projects</c>, each with a <c>name</c>.</summary>
    public static bool TryReadJson(
        ReadOnlySpan<byte> utf8, PageLimits limits, [NotNullWhen(true)] out ProjectList? list, [NotNullWhen(false)] out PageError? error)
    {
        list = null;
        error = CheckBytes(utf8, limits);
        if (error is not null) return false;
        try
        {
            list = ReadJson(new JsonCursor(utf8, limits));
            return true;
        }
        catch (JsonException problem)
        {
            error = PageErrors.From(problem);
            return false;
        }
    }

    /// <summary>Reads an HTML list: the name is each link's text.</summary>
    public static bool TryReadHtml(
        ReadOnlySpan<byte> utf8, PageLimits limits, [NotNullWhen(true)] out ProjectList? list, [NotNullWhen(false)] out PageError? error)
    {
        list = null;
        error = utf8.Length > limits.MaxBytes ? PageErrors.TooManyBytes(limits) : null;
        if (error is not null) return false;

        var html = new HtmlLinks();
        var names = new ProjectList.Builder(limits);
        var whole = html.Read(utf8, link =>
        {
            if (!names.HasRoom) return false;
            if (!string.IsNullOrEmpty(link.Attribute("href"))) names.Add(link.Text);
            return true;
        });
        var version = ApiVersion.Oldest;
        if (!whole) error = PageErrors.TooManyProjects(limits);
        else if (html.Meta("pypi:repository-version") is { } told) error = PageErrors.CheckVersion(told.Trim(), out version);
        if (error is not null) return false;
        list = names.Build(version, html.Serial);
        return true;
    }

    private static ProjectList ReadJson(JsonCursor cursor)
    {
        JsonPageMeta? meta = null;
        ProjectList.Builder? names = null;
        HashSet<string> seen = [];
        cursor.Start();
        while (cursor.NextKey())
        {
            var key = cursor.Key();
            if (!seen.Add(key)) throw cursor.Twice(key);
            cursor.Read();
            if (key == "meta") meta = JsonPageMeta.Read(ref cursor);
            else if (key == "projects") names = ReadNames(ref cursor);
            else cursor.Skip();
        }
        cursor.End();
        if (names is null) throw new JsonException("The list has no projects key.");
        return names.Build(meta?.Version ?? ApiVersion.Oldest, meta?.Serial);
    }

    private static ProjectList.Builder ReadNames(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartArray, "projects", "an array");
        var names = new ProjectList.Builder(cursor.Limits);
        for (cursor.Read(); cursor.Token != JsonTokenType.EndArray; cursor.Read())
        {
            if (!names.HasRoom) throw new PageLimitException(PageErrors.TooManyProjects(cursor.Limits).Message);
            cursor.Expect(JsonTokenType.StartObject, "projects", "an array of objects");
            string? name = null;
            while (cursor.NextKey())
            {
                var isName = cursor.KeyIs("name"u8);
                cursor.Read();
                if (!isName) cursor.Skip();
                else if (name is null) name = cursor.Text("projects.name");
                else throw cursor.Twice("projects.name");
            }
            names.Add(name ?? "");
        }
        return names;
    }

    private static PageError? CheckBytes(ReadOnlySpan<byte> utf8, PageLimits limits) =>
        utf8.Length > limits.MaxBytes ? PageErrors.TooManyBytes(limits)
        : Utf8.IsValid(utf8) ? null
        : new PageError(PageErrorKind.Malformed, "The list is not UTF-8.");
}
