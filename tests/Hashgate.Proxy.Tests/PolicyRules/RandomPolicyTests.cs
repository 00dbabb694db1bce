using System.Globalization;
using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>One file of a random page, and what happens to it.</summary>
/// <param name="Release">The number of its version.</param>
/// <param name="Age">Days since its upload.</param>
/// <param name="Removed">Listed at first, and then no more.</param>
public sealed record PolicyFile(int Release, int Age, bool Removed, bool NoHash, bool Yanked);

/// <summary>One project.</summary>
/// <param name="Gone">There at first, and then answered with 404.</param>
public sealed record PolicyPage(PolicyFile[] Files, bool Quarantined, bool Gone);

/// <summary>A waiver for every project.</summary>
public sealed record PolicyWaiver(string Rule, int? Release, bool Expired);

/// <summary>A policy that somebody might have, and pages that it meets.</summary>
public sealed record PolicyCase(IReadOnlyList<KeyValuePair<string, string?>> Settings, PolicyWaiver[] Waivers, PolicyPage[] Pages)
{
    public override string ToString() => $"{string.Join(", ", Settings)}; {string.Join<PolicyWaiver>(", ", Waivers)}; {string.Join(" | ", Pages.Select(p => $"{p.Quarantined} {p.Gone} {string.Join<PolicyFile>(", ", p.Files)}"))}";
}

/// <summary>
/// Whatever the policy and the page: what a page offers is served, and everything else is refused, by GET and HEAD, for ranges and
/// core metadata. Told from outside, by the bytes that clients see.
/// </summary>
public sealed class RandomPolicyTests : IAsyncLifetime
{
    private static readonly string[] Rules = ["minimum-age", "late-file", "removed-upstream", "upstream-quarantined"];

    private FakeIndex _index = null!;
    private int _projects;

    public async Task InitializeAsync() => _index = await FakeIndex.StartAsync();

    public async Task DisposeAsync() => await _index.DisposeAsync();

    [Fact]
    public Task What_a_page_offers_is_served_and_all_else_is_refused() => Task.Run(() =>
        Prop.ForAll(Cases.ToArbitrary(), each => CheckAsync(each).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(15)));

    private static Gen<PolicyCase> Cases
    {
        get
        {
            var file = from release in Gen.Choose(1, 3)
                       from age in Gen.Elements(0, 1, 2, 4, 10, 20, 40, 100, 400)
                       from removed in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
                       from noHash in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
                       from yanked in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
                       select new PolicyFile(release, age, removed, noHash, yanked);
            var page = from files in file.ArrayOf().Resize(6)
                       from quarantined in Gen.Frequency((6, Gen.Constant(false)), (1, Gen.Constant(true)))
                       from gone in Gen.Frequency((6, Gen.Constant(false)), (1, Gen.Constant(true)))
                       select new PolicyPage(files, quarantined, gone);
            var waiver = from rule in Gen.Elements(Rules)
                         from release in Gen.Choose(0, 3)
                         from expired in Gen.Elements(true, false)
                         select new PolicyWaiver(rule, release == 0 ? null : release, expired);
            var mode = Gen.Elements("enforce", "enforce", "enforce", "audit", "off");
            return from modes in mode.ArrayOf(Rules.Length)
                   from all in Gen.Frequency((6, Gen.Constant("enforce")), (1, Gen.Constant("audit")))
                   from age in Gen.Elements("00:00:00", "3.00:00:00", "30.00:00:00")
                   from firstSeen in Gen.Elements("true", "false")
                   from after in Gen.Elements("00:00:00", "14.00:00:00", "60.00:00:00")
                   from removedAge in Gen.Elements("3.00:00:00", "90.00:00:00")
                   from exempt in Gen.Elements("page1*", "page2", "nothing")
                   from waivers in waiver.ArrayOf().Resize(2)
                   from pages in page.ArrayOf(4)
                   select new PolicyCase(
                       [
                           .. Rules.Zip(modes, (rule, m) => KeyValuePair.Create($"Policy:Rules:{rule}:Mode", (string?)m)),
                           new("Policy:Mode", all), new("Policy:Rules:minimum-age:Age", age), new("Policy:Rules:minimum-age:FirstSeenClock", firstSeen),
                           new("Policy:Rules:late-file:After", after), new("Policy:Rules:removed-upstream:Age", removedAge), new("Policy:Rules:minimum-age:Exempt:0", exempt),
                       ],
                       waivers,
                       pages);
        }
    }

    private async Task CheckAsync(PolicyCase each)
    {
        var clock = new FaultClock();
        await using var hashgate = await RunningHashgate.StartAsync(_index, each.Settings.ToDictionary(), time: clock);
        var projects = each.Pages.Select(page => (Page: page, Project: Publish(page, clock.GetUtcNow()))).ToArray();
        hashgate.Get<PolicyState>().Change(inputs => inputs with { Waivers = Waivers(each.Waivers, projects.Select(p => p.Project), clock.GetUtcNow()) });
        foreach (var (page, project) in projects)
        {
            await CheckAsync(hashgate, project);
            for (var i = 0; i < page.Files.Length; i++) project.Files[i].Listed = !page.Files[i].Removed;
            if (page.Gone) _index.Faults.Always(FakeIndex.PagePath(project.Name), Fault.Status(404));
            await hashgate.Get<ProjectPages>().RefreshAsync(ProjectName.Parse(project.Name), CancellationToken.None);
            await CheckAsync(hashgate, project);
        }
        // Some holds have ended then, and others have not.
        clock.Skip(TimeSpan.FromDays(25));
        foreach (var (_, project) in projects) await CheckAsync(hashgate, project);
    }

    private FakeProject Publish(PolicyPage page, DateTimeOffset now)
    {
        var project = _index.Project("page" + Interlocked.Increment(ref _projects).ToString(CultureInfo.InvariantCulture));
        if (page.Quarantined) project.Status = "quarantined";
        for (var i = 0; i < page.Files.Length; i++)
        {
            var version = string.Create(CultureInfo.InvariantCulture, $"{page.Files[i].Release}.0");
            var file = project.Add($"{project.Name}-{version}-{i}-py3-none-any.whl", version, TestWheel.Noise(300, _projects * 100 + i), TestWheel.Noise(50, i));
            file.UploadTime = now.AddDays(-page.Files[i].Age);
            if (page.Files[i].NoHash) file.Hashes.Clear();
            if (page.Files[i].Yanked) file.Yanked = "broken";
        }
        return project;
    }

    private static WaiverSet Waivers(IEnumerable<PolicyWaiver> waivers, IEnumerable<FakeProject> projects, DateTimeOffset now) => new(
        from waiver in waivers
        from project in projects
        select new Waiver
        {
            Id = $"{project.Name} {waiver}",
            Rule = waiver.Rule,
            Project = ProjectName.Parse(project.Name),
            Versions = waiver.Release is { } release ? VersionSpecifiers.Parse(string.Create(CultureInfo.InvariantCulture, $"=={release}.*")) : null,
            Reason = "looked at it",
            Actor = "alice",
            Created = now,
            Expires = waiver.Expired ? now.AddDays(-1) : now.AddDays(10),
        });

    private static async Task CheckAsync(RunningHashgate hashgate, FakeProject project)
    {
        var json = await ReadAsync(hashgate, project, json: true);
        var html = await ReadAsync(hashgate, project, json: false);
        Assert.Equal(json.Select(f => (f.Filename, f.Yanked, f.Url)), html.Select(f => (f.Filename, f.Yanked, f.Url)));

        var statuses = new List<HttpStatusCode>();
        foreach (var file in json) statuses.Add(await StatusAsync(hashgate, HttpMethod.Get, file.Url.AbsolutePath));
        var refusedAsAWhole = statuses.All(s => s == HttpStatusCode.Forbidden) && !json.Any(IsRefused);
        for (var i = 0; i < json.Count; i++)
        {
            var refused = refusedAsAWhole || IsRefused(json[i]);
            var what = $"{json[i].Filename}, yanked {json[i].Yanked}, refused as a whole: {refusedAsAWhole}";
            var path = json[i].Url.AbsolutePath;
            Assert.True(statuses[i] == (refused ? HttpStatusCode.Forbidden : HttpStatusCode.OK), $"GET of {what}: {statuses[i]}");
            Assert.True(await StatusAsync(hashgate, HttpMethod.Head, path) == (refused ? HttpStatusCode.Forbidden : HttpStatusCode.OK), $"HEAD of {what}");
            Assert.True(await StatusAsync(hashgate, HttpMethod.Get, path, "Range: bytes=5-") == (refused ? HttpStatusCode.Forbidden : HttpStatusCode.PartialContent), $"range of {what}");
            var metadata = refused ? HttpStatusCode.Forbidden : json[i].CoreMetadata is not null ? HttpStatusCode.OK : HttpStatusCode.NotFound;
            Assert.True(await StatusAsync(hashgate, HttpMethod.Get, path + ".metadata") == metadata, $"core metadata of {what}");
        }
        foreach (var file in project.Files.Where(f => json.All(l => l.Filename != f.Filename)))
            Assert.True(await StatusAsync(hashgate, HttpMethod.Get, file.Path) is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"GET of the unlisted {file.Filename}");
    }

    private static bool IsRefused(ProjectFile file) => file.Yanked.Reason?.StartsWith("Blocked by Hashgate: ", StringComparison.Ordinal) == true;

    private static async Task<IReadOnlyList<ProjectFile>> ReadAsync(RunningHashgate hashgate, FakeProject project, bool json)
    {
        var (name, url) = (ProjectName.Parse(project.Name), new Uri(hashgate.Url, FakeIndex.PagePath(project.Name)));
        using var answer = await hashgate.GetAsync(url.AbsolutePath, "Accept: " + (json ? Gets.Json : "text/html"));
        if (answer.StatusCode == HttpStatusCode.NotFound) return [];
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var read = json
            ? JsonPageReader.TryRead(bytes, name, url, PageLimits.Default, out var page, out var error)
            : HtmlPageReader.TryRead(bytes, name, url, PageLimits.Default, out page, out error);
        Assert.True(read, $"{error} {Encoding.UTF8.GetString(bytes)}");
        return page!.Files;
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningHashgate hashgate, HttpMethod method, string path, params string[] headers)
    {
        using var answer = await hashgate.SendAsync(method, path, headers);
        return answer.StatusCode;
    }
}
