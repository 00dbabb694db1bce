using Hashgate.Core.Downloads;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.FilesServed;

/// <summary>Who was served which file is on record; who asked for something else, or was refused, isn't.</summary>
public sealed class DownloadRecordTests
{
    [Fact]
    public async Task Files_that_go_out_are_counted_and_nothing_else_is()
    {
        await using var index = await FakeIndex.StartAsync();
        var small = index.Add(TestWheel.Build("alpha", "1.0"));
        var large = index.Add(TestWheel.Build("alpha", "2.0", padding: 9 << 20));
        var refused = index.Add(TestWheel.Build("alpha", "3.0"));
        refused.Hashes.Clear();
        await using var hashgate = await RunningHashgate.StartAsync(index);

        await hashgate.PageAsync("alpha");
        foreach (var path in (string[])[small.Path, small.Path, large.Path, refused.Path, small.Path + ".metadata", "/packages/no/such/alpha-9.0.tar.gz"])
        {
            using var answer = await hashgate.GetAsync(path, "User-Agent: pip/23.2.1");
            await answer.Content.ReadAsByteArrayAsync();
        }
        using var head = await hashgate.HeadAsync(large.Path);

        var log = hashgate.Get<IDownloadLog>();
        await log.FlushAsync(default);
        var recorded = new List<Download>();
        await foreach (var download in log.ReadAsync(new DownloadQuery(), default)) recorded.Add(download);
        Assert.Equal(
            [("alpha", "1.0", small.Filename, small.Hashes["sha256"], "127.0.0.1", "pip/23.2.1", 2), ("alpha", "2.0", large.Filename, large.Hashes["sha256"], "127.0.0.1", "pip/23.2.1", 1)],
            recorded.Select(d => (d.Project.Value, d.Version, d.Filename, d.Sha256?.ToString(), d.Client, d.UserAgent, d.Count)));
    }
}
