using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.SimpleApi;

/// <summary>Recorded index pages: the corpus where it is there, else the samples beside this file.</summary>
internal static class RecordedPages
{
    /// <summary>What stands among the pages and is none: a template with holes, an export of devpi's, a project list.</summary>
    private static readonly string[] NoPages = ["fake-pkg-micropip-test_simple.json", "dataindex.json", "simple_repo_index_page.json"];

    public static readonly Uri PageUrl = new("https://index.example/simple/project/");

    public static string Folder { get; } = Corpus.Root is { } root
        ? Path.Combine(root, "simple")
        : Path.Combine(Repository.Root, "tests", "Hashgate.Core.Tests", "SimpleApi", "Samples");

    /// <summary>The pages, as paths below <see cref="Folder"/>.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".json", StringComparison.Ordinal) || path.EndsWith(".html", StringComparison.Ordinal))
            .Where(path => !NoPages.Contains(Path.GetFileName(path)))
            .Select(path => Path.GetRelativePath(Folder, path))
            .Order(StringComparer.Ordinal),
    ];

    public static byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(Folder, path));

    /// <summary>Reads a page as what its name says it is; of the project that it names itself, else of the one that its file is called after.</summary>
    public static ProjectPage Read(string path)
    {
        var bytes = Bytes(path);
        var isJson = path.EndsWith(".json", StringComparison.Ordinal);
        var told = isJson && JsonDocument.Parse(bytes).RootElement.TryGetProperty("name", out var name) ? name.GetString() : Path.GetFileNameWithoutExtension(path);
        var project = ProjectName.TryParse(told, out var parsed) ? parsed : ProjectName.Parse("project");
        var read = isJson
            ? JsonPageReader.TryRead(bytes, project, PageUrl, PageLimits.Default, out var page, out var error)
            : HtmlPageReader.TryRead(bytes, project, PageUrl, PageLimits.Default, out page, out error);
        Assert.True(read, $"{path}: {error}");
        return page!;
    }

    /// <summary>Pages that were recorded of one project on one day in both forms, as paths of the JSON ones.</summary>
    public static IReadOnlyList<string> Pairs { get; } =
    [
        .. All.Where(path => path.StartsWith("json", StringComparison.Ordinal)
            && (path.Contains("pypa_pipenv", StringComparison.Ordinal) || path.Contains("pyodide_micropip", StringComparison.Ordinal))
            && File.Exists(Path.Combine(Folder, Twin(path)))
            // Its HTML was edited by hand.
            && !path.EndsWith("black_simple.json", StringComparison.Ordinal)),
    ];

    public static string Twin(string json) => Path.ChangeExtension("html" + json["json".Length..], ".html");
}
