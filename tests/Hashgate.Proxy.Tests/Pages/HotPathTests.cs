using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hashgate.Proxy.Tests.Pages;

/// <summary>What was seen and proven is served from memory and disk: no store is asked.</summary>
public sealed class HotPathTests
{
    private const int Files = 3000;

    [Fact]
    public async Task Hot_page_of_3000_files_and_a_hot_file_make_no_store_call()
    {
        await using var index = await FakeIndex.StartAsync();
        var project = index.Project("large");
        for (var i = 0; i < Files; i++)
        {
            var version = i.ToString(CultureInfo.InvariantCulture) + ".0";
            project.Add($"large-{version}-py3-none-any.whl", version, Encoding.UTF8.GetBytes("bytes of " + version), Encoding.UTF8.GetBytes("metadata of " + version));
        }
        var counts = new CallCounts();
        // Time stands still: what looks at the stores now and then, whoever asks, is not counted.
        await using var hashgate = await RunningHashgate.StartAsync(index, time: new ManualTimeProvider(), services: counts.CountStores);

        var page = await hashgate.PageAsync("large");
        Assert.Equal(Files, JsonDocument.Parse(page).RootElement.GetProperty("files").GetArrayLength());
        var file = project.Files[1234];
        Assert.Equal(file.Bytes, await hashgate.Client.GetByteArrayAsync(file.Path[1..]));
        Assert.Equal(file.Metadata, await hashgate.Client.GetByteArrayAsync(file.Path[1..] + ".metadata"));
        Assert.Contains("ITrustStore.PinAsync", counts.All);
        Assert.Contains("ITrustJournal.AppendAsync", counts.All);
        Assert.Contains("IPageStore.PutAsync", counts.All);

        counts.Clear();
        var asked = index.Requests.All.Count;
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(page, await hashgate.PageAsync("large"));
            foreach (var headers in (string[][])[[], ["Accept-Encoding: gzip"], ["If-None-Match: *"]])
            {
                using var other = await hashgate.GetAsync("simple/large/", headers);
                Assert.True(other.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotModified);
            }
            Assert.Equal(file.Bytes, await hashgate.Client.GetByteArrayAsync(file.Path[1..]));
            Assert.Equal(file.Metadata, await hashgate.Client.GetByteArrayAsync(file.Path[1..] + ".metadata"));
            using var part = await hashgate.GetAsync(file.Path, "Range: bytes=-5");
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            using var head = await hashgate.HeadAsync(project.Files[7].Path);
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        }
        Assert.Empty(counts.All);
        Assert.Equal(asked, index.Requests.All.Count);
    }

    [Fact]
    public async Task Hot_core_metadata_opens_one_blob_whether_its_wheel_is_there_or_not()
    {
        await using var index = await FakeIndex.StartAsync();
        var absent = index.Add(TestWheel.Build("sample", "1.0"));
        var there = index.Add(TestWheel.Build("sample", "2.0"));
        var counts = new CallCounts();
        await using var hashgate = await RunningHashgate.StartAsync(index, services: counts.CountBlobs);
        await hashgate.Client.GetByteArrayAsync(there.Path[1..]);

        foreach (var file in (FakeFile[])[absent, there])
        {
            await hashgate.Client.GetByteArrayAsync(file.Path[1..] + ".metadata");
            counts.Clear();
            for (var i = 0; i < 3; i++) Assert.Equal(file.Metadata, await hashgate.Client.GetByteArrayAsync(file.Path[1..] + ".metadata"));
            Assert.Equal(Enumerable.Repeat("IBlobStore.OpenAsync", 3), counts.All);
        }
    }

    [Fact]
    public async Task Request_makes_no_activity_and_no_log_scope()
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("sample", "1.0"));
        var activities = new ConcurrentBag<Activity?>();
        await using var hashgate = await RunningHashgate.StartAsync(index, services: services => services.AddSingleton<IStartupFilter>(new Looking(() => activities.Add(Activity.Current))));

        await hashgate.PageAsync("sample");

        Assert.Equal([null], activities);
        Assert.False(hashgate.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics").IsEnabled(LogLevel.Critical));
    }

    /// <summary>Looks at each request before Hashgate does.</summary>
    private sealed class Looking(Action look) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                look();
                return rest(context);
            });
            next(app);
        };
    }
}
