using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>
/// Pages as real indexes sent them go through a running Hashgate, and come out as JSON and HTML with the same files under the same
/// digests. The pages: the corpus where it is there, else the repository's own samples.
/// </summary>
public sealed class RecordedPageTests
{
    private const string Json = "application/vnd.pypi.simple.v1+json";
    private const string Html = "text/html";

    /// <summary>What stands among the pages and is none: a template with holes, an export of devpi's, project lists.</summary>
    private static readonly string[] NoPages = ["fake-pkg-micropip-test_simple.json", "dataindex.json", "simple_repo_index_page.json"];

    private static readonly string Folder = Corpus.Root is { } root
        ? Path.Combine(root, "simple")
        : Path.Combine(Repository.Root, "tests", "Hashgate.Core.Tests", "SimpleApi", "Samples");

    private static readonly string[] Recorded =
    [
        .. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".json" or ".html" && !NoPages.Contains(Path.GetFileName(path)))
            .Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void There_are_recorded_pages_of_both_kinds()
    {
        Assert.Contains(Recorded, path => IsJson(path));
        Assert.Contains(Recorded, path => !IsJson(path));
    }

    [Fact]
    public async Task Recorded_pages_list_the_same_files_with_the_same_digests()
    {
        var pages = Recorded.Select(path => (Path: path, Project: ProjectOf(path)));
        // Different recordings of one project need a Hashgate each: it keeps to what it saw first.
        var rounds = pages.GroupBy(page => page.Project).SelectMany(same => same.Select((page, round) => (page, round))).GroupBy(p => p.round, p => p.page);
        foreach (var round in rounds)
        {
            await using var index = await FakeIndex.StartAsync();
            await using var hashgate = await RunningHashgate.StartAsync(index);
            foreach (var (path, project) in round) await CompareAsync(index, hashgate, path, project);
        }
    }

    private static async Task CompareAsync(FakeIndex index, RunningHashgate hashgate, string path, ProjectName project)
    {
        var bytes = await File.ReadAllBytesAsync(path);
        var recorded = Read(IsJson(path), bytes, project, new Uri(index.BaseUrl + FakeIndex.PagePath(project.Value)));
        index.Faults.Always(FakeIndex.PagePath(project.Value), new Fault { Change = _ => new Reply(200, bytes, IsJson(path) ? Json : Html) });
        var expected = Listed(recorded.Files.Where(f => FilePaths.IsServable(f.Filename) && !DistributionFilename.Read(project, f.Filename).IsForeign));
        foreach (var type in (string[])[Json, Html])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"simple/{project}/");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
            using var answer = await hashgate.Client.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {answer.ReasonPhrase}");
            Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
            var served = Read(type == Json, await answer.Content.ReadAsByteArrayAsync(), project, new Uri(hashgate.Url, $"simple/{project}/"));
            Assert.True(expected.SequenceEqual(Listed(served.Files)), $"{path} as {type} lists other files: {string.Join(", ", expected.Except(Listed(served.Files)).Take(5))}");
            Assert.All(served.Files, file => Assert.Equal(hashgate.Url.Authority, file.Url.ToUri().Authority));
        }
    }

    private static bool IsJson(string path) => path.EndsWith(".json", StringComparison.Ordinal);

    private static string[] Listed(IEnumerable<ProjectFile> files) => [.. files.Select(f => $"{f.Filename} {f.Sha256}")];

    /// <summary>The project that a page names, else the one that most of its files belong to: HTML doesn't say.</summary>
    private static ProjectName ProjectOf(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (IsJson(path) && JsonDocument.Parse(bytes).RootElement.TryGetProperty("name", out var name)) return ProjectName.Parse(name.GetString()!);
        return Read(IsJson(path), bytes, ProjectName.Parse("project"), new Uri("http://index.example/simple/project/")).Files
            .SelectMany(f => DistributionFilename.CandidateProjects(f.Filename).Take(1))
            .GroupBy(p => p).OrderByDescending(g => g.Count()).Select(g => g.Key).FirstOrDefault(ProjectName.Parse("project"));
    }

    private static ProjectPage Read(bool json, byte[] bytes, ProjectName project, Uri url)
    {
        var read = json
            ? JsonPageReader.TryRead(bytes, project, url, PageLimits.Default, out var page, out var error)
            : HtmlPageReader.TryRead(bytes, project, url, PageLimits.Default, out page, out error);
        Assert.True(read, error?.ToString());
        return page!;
    }
}
