using System.Text.Json.Nodes;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>
/// An index with the projects that were attacked. Nobody recorded their pages while the bad releases stood on them, so that each page is PyPI's own page of
/// six, recorded byte for byte, in which every release has the entries of six's newest one, a wheel and an sdist, with its own names, digests and URLs.
/// </summary>
internal sealed class RealAttacks : IAsyncDisposable
{
    private static readonly string Recorded = Path.Combine(Repository.Root, "tests", "Hashgate.Core.Tests", "SimpleApi", "Samples", "json", "pypa_pipenv", "six.json");

    private RealAttacks(FakeIndex index) => Index = index;

    public FakeIndex Index { get; }

    public static async Task<RealAttacks> StartAsync() => new(await FakeIndex.StartAsync());

    /// <summary>Gives the index a project of these releases.</summary>
    public FakeFile[] Add(string project, IEnumerable<string> versions)
    {
        FakeFile[] files = [.. versions.SelectMany(version => (FakeFile[])[Index.Add(TestWheel.Build(project, version)), Index.Add(TestWheel.Sdist(project, version))])];
        var page = JsonNode.Parse(File.ReadAllBytes(Recorded))!;
        var newest = page["files"]!.AsArray().Where(entry => Name(entry!).StartsWith("six-1.17.0", StringComparison.Ordinal)).ToArray();
        page["name"] = project;
        page["versions"] = new JsonArray([.. files.Select(file => file.Version).Distinct().Select(version => (JsonNode)version)]);
        page["files"] = new JsonArray([.. files.Select(file => Entry(file, newest))]);
        var bytes = System.Text.Encoding.UTF8.GetBytes(page.ToJsonString());
        Index.Faults.Always(FakeIndex.PagePath(project), new Fault { Change = _ => new Reply(200, bytes, Gets.Json) });
        return files;
    }

    public ValueTask DisposeAsync() => Index.DisposeAsync();

    private JsonNode Entry(FakeFile file, JsonNode?[] newest)
    {
        var entry = newest.Single(e => Path.GetExtension(Name(e!)) == Path.GetExtension(file.Filename))!.DeepClone();
        entry["filename"] = file.Filename;
        entry["url"] = Index.UrlOf(file);
        entry["hashes"]!["sha256"] = file.Hashes["sha256"];
        entry["size"] = file.Size;
        if (file.CoreMetadata is null) return entry;
        foreach (var key in (string[])["core-metadata", "data-dist-info-metadata"]) entry[key]!["sha256"] = file.CoreMetadata;
        return entry;
    }

    private static string Name(JsonNode entry) => entry["filename"]!.GetValue<string>();
}
