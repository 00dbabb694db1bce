using System.Globalization;
using System.Text;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>Every fault of a project page: an explained 504 at first, the last good page afterwards, and no record lost or made.</summary>
public sealed class PageFaultTests
{
    private static readonly Dictionary<string, Func<Fault>> Outages = new()
    {
        ["JSON cut"] = () => Fault.Cut(200),
        ["JSON replaced by noise"] = () => Fault.Replace(TestWheel.Noise(500, 11)),
        ["JSON too deep"] = () => Fault.Replace(Encoding.ASCII.GetBytes(new string('[', 100_000))),
        ["newer major version"] = () => Fault.Replace("""{"meta":{"api-version":"2.0"},"name":"alpha","files":[]}"""u8.ToArray()),
        ["body truncated"] = () => Fault.Truncate(40),
        ["body dropped"] = () => Fault.Drop(40),
        ["dropped before the head"] = () => Fault.Drop(-1),
        ["stalled before the head"] = () => Fault.HoldHead(new Gate()),
        ["stalled in the body"] = () => Fault.HoldBody(40, new Gate()),
        ["gzip that is none"] = Fault.BadGzip,
        ["gzip without its end"] = () => Uncoded(Fault.CutGzip(8)),
        ["gzip bomb"] = () => Uncoded(Fault.GzipBomb(101 << 20)),
        ["100 MB promised"] = () => Fault.Raw(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.pypi.simple.v1+json\r\nContent-Length: {101 << 20}\r\n\r\n{{"))),
        ["another content type"] = () => Fault.ContentType("application/octet-stream"),
        ["redirected in a loop"] = () => Fault.Redirect("/simple/alpha/"),
        ["401"] = () => Fault.Status(401),
        ["403"] = () => Fault.Status(403),
        ["429"] = () => Fault.Status(429, "60"),
        ["500"] = () => Fault.Status(500),
        ["503"] = () => Fault.Status(503, "1"),
    };

    public static TheoryData<string> Names => [.. Outages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Page_never_seen_is_504_and_comes_once_the_fault_is_over(string fault)
    {
        await using var rig = await FaultRig.StartAsync();
        rig.Index.Faults.Always(rig.PagePath, Outages[fault]());
        foreach (var answer in (Running.FaultAnswer[])[await rig.GetPageAsync(), await rig.GetAsync()])
        {
            Assert.Equal((504, true), (answer.Status, answer.IsComplete));
            Assert.StartsWith("Hashgate: ", answer.Reason, StringComparison.Ordinal);
        }
        Assert.Null(await rig.RecordAsync());
        await rig.AssertRecoversAsync();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Page_seen_before_goes_on_and_is_marked_stale(string fault)
    {
        // Without validators, so that a refresh has the whole page to get wrong.
        await using var rig = await FaultRig.StartAsync(arrange: (index, _) => index.SendETag = false);
        var good = await rig.GetPageAsync();
        rig.Index.Faults.Always(rig.PagePath, Outages[fault]());
        var later = await rig.GetPageLaterAsync();
        Assert.Equal((200, true), (later.Status, later.IsStale));
        Assert.Equal(good.Body, later.Body);
        Assert.Equal(200, (await rig.GetAsync()).Status);
        rig.Index.Faults.Clear();
        rig.Clock.Skip(TimeSpan.FromMinutes(30));
        Assert.Equal(good.Body, (await rig.GetPageUntilAsync(p => !p.IsStale)).Body);
        await rig.AssertRecoversAsync();
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Project_that_the_upstream_says_is_gone_stays_known_and_comes_back_under_its_record(int status)
    {
        await using var rig = await FaultRig.StartAsync();
        Assert.Equal(200, (await rig.GetAsync()).Status);
        rig.Index.Faults.Always(rig.PagePath, Fault.Status(status));
        Assert.Equal(200, (await rig.GetPageLaterAsync()).Status);
        // Its file is old enough to be served on.
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        Assert.True(await rig.HasEventAsync("removed"));
        rig.File.Bytes = TestWheel.Build("alpha", "1.0", text: "another").Bytes;
        rig.File.ClaimBytes();
        rig.Index.Faults.Clear();
        rig.Clock.Skip(TimeSpan.FromMinutes(30));
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        await rig.AssertUnhurtAsync();
    }

    /// <summary>The index compresses pages by itself: these faults bring a coding of their own.</summary>
    private static Fault Uncoded(Fault fault) => new Fault { Change = reply => reply with { Headers = new(reply.Headers.Where(h => h.Key != "Content-Encoding"), StringComparer.OrdinalIgnoreCase) } }.And(fault);
}
