using System.Net;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Running;

public sealed class ReplacedFileTests
{
    /// <summary>Many at once: each is a race between the end of its fetch and the answer to who waits for it.</summary>
    [Fact]
    public async Task Replaced_files_whose_recorded_bytes_are_gone_are_refused_every_time()
    {
        await using var index = await FakeIndex.StartAsync();
        var files = Enumerable.Range(0, 60).Select(i => index.Add(TestWheel.Build($"alpha{i}", "1.0"))).ToArray();
        await using var hashgate = await RunningHashgate.StartAsync(index, new Dictionary<string, string?> { ["Upstreams:pypi:RefreshAfter"] = "00:00:00.001", ["Files:MaxPerClient"] = "100" });
        foreach (var file in files)
        {
            using var seen = await hashgate.Client.GetAsync($"simple/{file.Project.Name}/");
            Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
            file.Bytes = TestWheel.Build(file.Project.Name, "1.0", text: "replaced").Bytes;
            file.ClaimBytes();
            file.Path = FakeFile.PathFor(Core.Packaging.Sha256Digest.Of(file.Bytes), file.Filename);
        }

        var answers = await Task.WhenAll(files.Select(file => hashgate.Client.GetAsync(file.Path[1..])));
        Assert.All(answers, answer => Assert.StartsWith("Blocked by Hashgate: hash-changed: ", answer.ReasonPhrase, StringComparison.Ordinal));
        foreach (var answer in answers) answer.Dispose();
    }
}
