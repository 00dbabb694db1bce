using System.Net;
using AngleSharp.Html.Dom;
using Hashgate.Core.Events;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Dashboard;

/// <summary>The whole story of one refusal, and what operators do about it from there.</summary>
public sealed class EventStoryTests : DashboardRig
{
    private FakeFile _file = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _file = Index.Add(TestWheel.Build("alpha", "1.0"));
        Index.Add(TestWheel.Build("alpha", "2.0"));
        Index.Project("alpha").Status = "quarantined";
        await Hashgate.PageAsync("alpha");
        using var refused = await Hashgate.GetAsync(_file.Path, "User-Agent: pip/26.2 {\"ci\":true,\"python\":\"3.12.1\"}");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await Hashgate.Get<IEventLog>().FlushAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Story_tells_what_was_asked_by_whom_what_was_decided_and_what_would_be_now()
    {
        var page = await Hashgate.OpenAsync(await StoryAsync());
        Assert.Equal("alpha 1.0", page.TextOf("h1"));
        Assert.StartsWith("blocked", page.TextOf("#then"), StringComparison.Ordinal);
        var facts = page.TextsOf(".story dd");
        Assert.Contains("upstream-quarantined", facts);
        Assert.Contains("pip 26.2, Python 3.12.1 in CI", facts);
        Assert.Contains(facts, f => f.StartsWith(_file.Filename, StringComparison.Ordinal));
        Assert.Contains("blocked upstream-quarantined", page.QuerySelector("#now")!.ParentElement!.TextOf(".finding"), StringComparison.Ordinal);
        Assert.Contains(_file.Hashes["sha256"], page.QuerySelector("#record")!.ParentElement!.TextsOf("dd"));
        // It may look and not act.
        Assert.Empty(page.QuerySelectorAll("main form[method=post]"));
    }

    [Fact]
    public async Task Waiving_from_the_story_lets_the_file_through_and_leads_back()
    {
        var story = await StoryAsync();
        var back = await ActAsync(story, "waive", ("reason", "looked at it"));
        Assert.Equal("Waived. It is in force here now, on every replica within 2 seconds.", back.TextOf("[role=status].notice"));
        Assert.StartsWith("warned", back.QuerySelector("#now")!.ParentElement!.TextOf("p"), StringComparison.Ordinal);
        await Hashgate.AssertStatusAsync(_file, HttpStatusCode.OK);
        var waived = Assert.Single(await Hashgate.EventsAsync(), e => e.Kind == EventKinds.Waived);
        // The narrowest reach and an end are what one gets unless one asks for more.
        Assert.Contains(_file.Hashes["sha256"], waived.Reason, StringComparison.Ordinal);
        Assert.Contains("until 2026-01-08", waived.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("release", "every file of ==1.0")]
    [InlineData("project", "every file of every version")]
    public async Task Waiver_reaches_as_far_as_is_chosen(string scope, string told)
    {
        await ActAsync(await StoryAsync(), "waive", ("reason", "looked at it"), ("scope", scope), ("days", ""));
        Assert.Contains(told, Assert.Single(await Hashgate.EventsAsync(), e => e.Kind == EventKinds.Waived).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blocking_the_project_refuses_its_other_releases_too()
    {
        await ActAsync(await StoryAsync(), "add-entry", ("reason", "no more of it"), ("entry", "alpha"));
        Assert.Contains(await Hashgate.EventsAsync(), e => e is { Kind: EventKinds.PolicyChanged, Rule: "blocklist", Project.Value: "alpha" });
    }

    [Theory]
    [InlineData("reason", " ", "Reason is missing")]
    [InlineData("days", "-1", "The days must be")]
    [InlineData("scope", "everything", "Choose whether")]
    public async Task Form_that_is_wrong_says_why_and_leads_back(string field, string value, string said)
    {
        var story = await StoryAsync();
        using var answer = await PostAsync(story, "waive", [("reason", "looked at it"), (field, value)]);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await DashboardCalls.ReadAsync(answer);
        Assert.StartsWith(said, page.TextOf("[role=alert]"), StringComparison.Ordinal);
        Assert.Equal("../../" + story, page.QuerySelector("main p > a")!.GetAttribute("href"));
        Assert.DoesNotContain(await Hashgate.EventsAsync(), e => e.Kind == EventKinds.Waived);
    }

    [Fact]
    public async Task Whoever_may_only_look_cannot_act()
    {
        using var answer = await Hashgate.Client.PostAsync("dashboard/act/waive", new FormUrlEncodedContent([new("project", "alpha"), new("rule", "upstream-quarantined"), new("scope", "project"), new("reason", "me")]));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain(await Hashgate.EventsAsync(), e => e.Kind == EventKinds.Waived);
    }

    [Fact]
    public async Task Rule_that_guards_the_proof_offers_no_waiver()
    {
        var id = await RefuseAsync("alpha", rule: "hash-mismatch");
        var page = await Hashgate.OpenAsOperatorAsync("dashboard/events/" + id);
        Assert.Contains(page.TextsOf("main p"), p => p.StartsWith("No waiver lifts hash-mismatch", StringComparison.Ordinal) || page.QuerySelector("form[action$='/act/waive']") is not null);
    }

    [Fact]
    public async Task Event_about_no_project_is_told_as_it_is()
    {
        var id = await RecordAsync(new Event { Kind = EventKinds.UpstreamDown, When = Time.GetUtcNow(), Upstream = "pypi", Reason = "no answer" });
        var page = await Hashgate.OpenAsOperatorAsync("dashboard/events/" + id);
        Assert.Equal("pypi", page.TextOf("h1"));
        Assert.Null(page.QuerySelector("#acts"));
    }

    [Theory]
    [InlineData("999999")]
    [InlineData("nonsense")]
    public async Task Event_that_is_not_there_says_so(string id)
    {
        using var answer = await Hashgate.GetAsync("dashboard/events/" + id);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private async Task<string> StoryAsync()
    {
        var page = await Hashgate.OpenAsync("dashboard/blocked?project=alpha&kind=blocked");
        return page.QuerySelector("td.what a")!.GetAttribute("href")![3..];
    }

    /// <summary>Sends a form of a page as it stands there, but for some fields, and follows where it leads.</summary>
    private async Task<IHtmlDocument> ActAsync(string path, string act, params (string Name, string Value)[] fields)
    {
        using var answer = await PostAsync(path, act, fields);
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync());
        return await Hashgate.OpenAsOperatorAsync(new Uri(new Uri(Hashgate.Url, "dashboard/act/" + act), answer.Headers.Location!).PathAndQuery[1..]);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string act, (string Name, string Value)[] fields)
    {
        var form = (IHtmlFormElement)(await Hashgate.OpenAsOperatorAsync(path)).QuerySelector($"form[action$='/act/{act}']")!;
        var filled = form.QuerySelectorAll("input:not([type=radio]), input[type=radio][checked], select, textarea")
            .ToDictionary(e => e.GetAttribute("name")!, e => e is IHtmlSelectElement select ? select.Value! : e.GetAttribute("value") ?? "");
        foreach (var (name, value) in fields) filled[name] = value;
        using var request = new HttpRequestMessage(HttpMethod.Post, "dashboard/act/" + act) { Content = new FormUrlEncodedContent(filled) };
        request.Headers.Authorization = new("Bearer", Hashgate.AdminToken);
        return await Hashgate.Client.SendAsync(request);
    }
}
