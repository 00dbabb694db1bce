using System.Net;
using Hashgate.Core.Events;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Dashboard;

/// <summary>What operators do from pages: done, on record, and told of where they came from.</summary>
public sealed class ActsTests : IAsyncLifetime
{
    private FakeIndex _index = null!;
    private FakeFile _file = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _file = _index.Add(TestWheel.Build("demo", "1.0"));
        _hashgate = await RunningHashgate.StartAsync(_index);
        await _hashgate.PageAsync("demo");
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Fact]
    public async Task Confirmed_reports_block_and_dismissed_ones_do_not()
    {
        var (_, report) = await _hashgate.CallAsync(HttpMethod.Post, "api/v1/flags", new { project = "demo", version = "1.0", reason = "bad" });
        var id = report.GetProperty("id").GetString();
        await _hashgate.AssertStatusAsync(_file, HttpStatusCode.OK);

        Assert.Equal("../../dashboard/reports?status=open&done=confirmed", await ActAsync("confirm", "/dashboard/reports?status=open&done=waived", ("id", id), ("reason", "it is")));
        await _hashgate.AssertStatusAsync(_file, HttpStatusCode.Forbidden);
        using var page = await _hashgate.OpenAsOperatorAsync("dashboard/reports?done=confirmed");
        Assert.Contains("Confirmed: what was reported is blocked from now on.", page.TextOf("[role=status]"), StringComparison.Ordinal);
        Assert.Contains("confirmed by operator", page.TextOf("main section:last-of-type"), StringComparison.Ordinal);

        Assert.Equal("../../dashboard/reports?done=dismissed", await ActAsync("dismiss", "/dashboard/reports", ("id", id), ("reason", "a mistake")));
        await _hashgate.AssertStatusAsync(_file, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Waived_file_is_served_until_the_waiver_is_ended_with_a_reason()
    {
        _file.UploadTime = DateTimeOffset.UtcNow;
        await using var hashgate = await RunningHashgate.StartAsync(_index);
        await hashgate.PageAsync("demo");
        await hashgate.AssertStatusAsync(_file, HttpStatusCode.Forbidden);
        await ActAsync(hashgate, "waive", "/dashboard/policy", ("project", "demo"), ("rule", "minimum-age"), ("versions", "==1.0"), ("days", "3"), ("reason", "needed"));
        await hashgate.AssertStatusAsync(_file, HttpStatusCode.OK);
        using var page = await hashgate.OpenAsOperatorAsync("dashboard/policy");
        var id = page.QuerySelector("form[action$='act/end-waiver'] input[name=id]")!.GetAttribute("value");

        Assert.Equal("../../dashboard/policy?done=waiver-ended", await ActAsync(hashgate, "end-waiver", "/dashboard/policy", ("id", id), ("reason", "no need any more")));
        await hashgate.AssertStatusAsync(_file, HttpStatusCode.Forbidden);
        Assert.Contains(await hashgate.EventsAsync(), e => e.Kind == EventKinds.PolicyChanged && e.Actor == "operator" && e.Reason!.EndsWith("because no need any more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Entry_that_is_added_blocks_until_it_is_taken_off()
    {
        await ActAsync("add-entry", "/dashboard/policy", ("list", "blocklist"), ("entry", "demo==1.0"), ("reason", "bad"));
        await _hashgate.AssertStatusAsync(_file, HttpStatusCode.Forbidden);
        using var page = await _hashgate.OpenAsOperatorAsync("dashboard/policy");
        var id = page.QuerySelector("form[action$='act/remove-entry'] input[name=id]")!.GetAttribute("value");
        await ActAsync("remove-entry", "/dashboard/policy", ("list", "blocklist"), ("id", id), ("reason", "fine"));
        await _hashgate.AssertStatusAsync(_file, HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("waive", "project is missing")]
    [InlineData("waive", "The days must be a whole number", "days", "soon")]
    [InlineData("end-waiver", "A reason is missing")]
    [InlineData("end-waiver", "gone already", "reason", "why", "id", "none")]
    [InlineData("confirm", "A reason is missing")]
    [InlineData("dismiss", "somebody else removed them", "reason", "why", "id", "none")]
    [InlineData("add-entry", "There are two lists", "list", "other")]
    [InlineData("add-entry", "reason is missing", "list", "blocklist")]
    [InlineData("remove-entry", "gone already", "list", "blocklist", "reason", "why")]
    [InlineData("test-webhook", "no enabled webhook", "name", "none")]
    public async Task What_is_not_done_is_told_on_a_page(string act, string why, params string[] fields)
    {
        using var answer = await PostAsync(_hashgate, act, [.. fields.Chunk(2).Select(f => (f[0], (string?)f[1]))]);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var page = await DashboardCalls.ReadAsync(answer);
        Assert.Contains(why, page.TextOf("[role=alert]"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Viewers_cannot_act()
    {
        foreach (var act in (string[])["waive", "end-waiver", "confirm", "dismiss", "add-entry", "remove-entry", "test-webhook"])
        {
            using var form = new FormUrlEncodedContent([new("reason", "because")]);
            using var answer = await _hashgate.Client.PostAsync("dashboard/act/" + act, form);
            Assert.False(answer.IsSuccessStatusCode, act);
            Assert.DoesNotContain("done=", answer.Headers.Location?.OriginalString ?? "", StringComparison.Ordinal);
        }
        Assert.DoesNotContain(await _hashgate.EventsAsync(), e => e.Kind is EventKinds.Acted or EventKinds.PolicyChanged or EventKinds.Waived);
    }

    [Fact]
    public async Task Replay_shows_what_other_settings_would_have_refused()
    {
        _file.UploadTime = DateTimeOffset.UtcNow.AddDays(-30);
        await using var hashgate = await RunningHashgate.StartAsync(_index);
        await hashgate.PageAsync("demo");
        await hashgate.AssertStatusAsync(_file, HttpStatusCode.OK);
        var page = await TryAsync(hashgate, "Policy:Rules:minimum-age:Age = 60.00:00:00\n# nothing else");
        Assert.Contains("1 of 1 downloads would have been refused: 1 too new; by 1 client", page.TextOf("[aria-labelledby=replay] [role=status]"), StringComparison.Ordinal);
        Assert.Contains("demo-1.0-py3-none-any.whl minimum-age", page.TextOf("[aria-labelledby=replay] tbody"), StringComparison.Ordinal);
        Assert.Contains("'nonsense' is no setting", (await TryAsync(hashgate, "nonsense")).TextOf("[aria-labelledby=replay] [role=alert]"), StringComparison.Ordinal);
        Assert.Contains("can't be tried", (await TryAsync(hashgate, "DataDirectory = /etc")).TextOf("[aria-labelledby=replay] [role=alert]"), StringComparison.Ordinal);
    }

    private static async Task<AngleSharp.Html.Dom.IHtmlDocument> TryAsync(RunningHashgate hashgate, string settings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "dashboard/policy") { Content = new FormUrlEncodedContent([new("since", "7d"), new("settings", settings)]) };
        request.Headers.Authorization = new("Bearer", hashgate.AdminToken);
        using var answer = await hashgate.Client.SendAsync(request);
        return await DashboardCalls.ReadAsync(answer);
    }

    private Task<string?> ActAsync(string act, string back, params (string Name, string? Value)[] fields) => ActAsync(_hashgate, act, back, fields);

    private static async Task<string?> ActAsync(RunningHashgate hashgate, string act, string back, params (string Name, string? Value)[] fields)
    {
        using var answer = await PostAsync(hashgate, act, [("return", back), .. fields]);
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location?.OriginalString;
    }

    private static async Task<HttpResponseMessage> PostAsync(RunningHashgate hashgate, string act, IEnumerable<(string Name, string? Value)> fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "dashboard/act/" + act) { Content = new FormUrlEncodedContent(fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value ?? ""))) };
        request.Headers.Authorization = new("Bearer", hashgate.AdminToken);
        return await hashgate.Client.SendAsync(request);
    }
}
