using System.Net;
using System.Text.Json;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Pages;

/// <summary>The project list: every upstream's own projects, and no other's.</summary>
public sealed class ListTests
{
    [Fact]
    public async Task List_is_merged_by_ownership()
    {
        await using var open = await FakeIndex.StartAsync();
        await using var own = await FakeIndex.StartAsync();
        open.Add(TestWheel.Build("requests", "1.0"));
        open.Add(TestWheel.Build("acme-core", "99.0"));
        own.Add(TestWheel.Build("Acme.Core", "1.0"));
        own.Add(TestWheel.Build("acme-tools", "1.0"));
        own.Add(TestWheel.Build("numpy", "99.0"));
        await using var hashgate = await RunningHashgate.StartAsync(open, new Dictionary<string, string?>
        {
            ["Upstreams:acme:IndexUrl"] = own.IndexUrl.AbsoluteUri,
            ["Upstreams:acme:Projects:0"] = "acme-*",
        });
        for (var i = 0; i < 2; i++)
        {
            using var answer = await hashgate.GetAsync("simple/", "Accept: " + Gets.Json);
            var list = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            var names = list.GetProperty("projects").EnumerateArray().Select(p => Core.Packaging.ProjectName.Normalize(p.GetProperty("name").GetString()!)).Order(StringComparer.Ordinal);
            Assert.Equal(["acme-core", "acme-tools", "requests"], names);
        }
        Assert.Equal(1, open.Requests.Count("/simple/"));
        Assert.Equal(1, own.Requests.Count("/simple/"));
        using var html = await hashgate.GetAsync("simple/");
        var text = await html.Content.ReadAsStringAsync();
        Assert.Contains("href=\"/simple/acme-tools/\"", text.Replace("../", "/", StringComparison.Ordinal).Replace("href=\"acme", "href=\"/simple/acme", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("numpy", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_that_can_not_be_read_is_504_and_a_known_one_goes_on()
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var hashgate = await RunningHashgate.StartAsync(index, time: time);
        index.Faults.Always("/simple/", Fault.Status(404));
        using (var dead = await hashgate.GetAsync("simple/")) Assert.Equal(HttpStatusCode.GatewayTimeout, dead.StatusCode);
        index.Faults.Clear();
        using (var known = await hashgate.GetAsync("simple/")) Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        index.Faults.Always("/simple/", Fault.Status(404));
        time.Advance(TimeSpan.FromMinutes(30));
        using var stale = await hashgate.GetAsync("simple/");
        Assert.Equal(HttpStatusCode.OK, stale.StatusCode);
        Assert.Contains("alpha", await stale.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
