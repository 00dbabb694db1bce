using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Hashgate.Core.Advisories;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
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
/// <param name="Publisher">Whose provenance it has; null: it has none.</param>
public sealed record PolicyFile(int Release, int Age, bool Removed, bool NoHash, bool Yanked, bool Sdist, string? Publisher);

/// <summary>One project.</summary>
/// <param name="Gone">There at first, and then answered with 404.</param>
public sealed record PolicyPage(PolicyFile[] Files, bool Quarantined, bool Gone);

/// <summary>A waiver for every project.</summary>
public sealed record PolicyWaiver(string Rule, int? Release, bool Expired);

/// <summary>Something that is known of a release of every project, or of all of it.</summary>
/// <param name="Kind">Which rule goes by it.</param>
public sealed record PolicyWord(string Kind, int? Release);

/// <summary>A policy that somebody might have, and pages that it meets.</summary>
public sealed record PolicyCase(IReadOnlyList<KeyValuePair<string, string?>> Settings, PolicyWaiver[] Waivers, PolicyWord[] Words, PolicyPage[] Pages)
{
    public override string ToString() => $"{string.Join(", ", Settings)}; {string.Join<PolicyWaiver>(", ", Waivers)}; {string.Join<PolicyWord>(", ", Words)}; {string.Join(" | ", Pages.Select(p => $"{p.Quarantined} {p.Gone} {string.Join<PolicyFile>(", ", p.Files)}"))}";
}

/// <summary>
/// Whatever the policy and the page: what a page offers is served, and everything else is refused, by GET and HEAD, for ranges, conditional
/// requests, core metadata, legacy JSON and provenance, cached or not. Told from outside, by the bytes that clients see.
/// </summary>
public sealed class RandomPolicyTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] Rules =
        ["minimum-age", "late-file", "removed-upstream", "upstream-quarantined", "allowlist", "blocklist", "malware", "vulnerability", "flagged", "provenance", "sdist"];

    private readonly TemporaryDirectory _directory = new();

    private FakeIndex _index = null!;
    private int _projects;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        await File.WriteAllTextAsync(ListPath, "page*<3 # enough\n");
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    private string ListPath => Path.Combine(_directory.Path, "allow.txt");

    [Fact]
    public Task What_a_page_offers_is_served_and_all_else_is_refused() => Task.Run(() =>
        Prop.ForAll(Cases.ToArbitrary(), each => CheckAsync(each).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(15)));

    private Gen<PolicyCase> Cases
    {
        get
        {
            var file = from release in Gen.Choose(1, 3)
                       from age in Gen.Elements(0, 1, 2, 4, 10, 20, 40, 100, 400)
                       from removed in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
                       from noHash in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
                       from yanked in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
                       from sdist in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
                       from publisher in Gen.Frequency((3, Gen.Constant<string?>(null)), (3, Gen.Constant<string?>("acme/demo")), (1, Gen.Constant<string?>("mallory/demo")))
                       select new PolicyFile(release, age, removed, noHash, yanked, sdist, publisher);
            var page = from files in file.ArrayOf().Resize(6)
                       from quarantined in Gen.Frequency((6, Gen.Constant(false)), (1, Gen.Constant(true)))
                       from gone in Gen.Frequency((6, Gen.Constant(false)), (1, Gen.Constant(true)))
                       select new PolicyPage(files, quarantined, gone);
            var waiver = from rule in Gen.Elements(Rules)
                         from release in Gen.Choose(0, 3)
                         from expired in Gen.Elements(true, false)
                         select new PolicyWaiver(rule, release == 0 ? null : release, expired);
            var word = from kind in Gen.Elements("blocklist", "malware", "vulnerability", "flagged")
                       from release in Gen.Choose(0, 3)
                       select new PolicyWord(kind, release == 0 ? null : release);
            var mode = Gen.Elements("enforce", "enforce", "enforce", "audit", "off");
            return from modes in mode.ArrayOf(Rules.Length)
                   from all in Gen.Frequency((6, Gen.Constant("enforce")), (1, Gen.Constant("audit")))
                   from age in Gen.Elements("00:00:00", "3.00:00:00", "30.00:00:00")
                   from firstSeen in Gen.Elements("true", "false")
                   from after in Gen.Elements("00:00:00", "14.00:00:00", "60.00:00:00")
                   from removedAge in Gen.Elements("3.00:00:00", "90.00:00:00")
                   from exempt in Gen.Elements("page1*", "page2", "nothing")
                   from list in Gen.Frequency((3, Gen.Constant<string?>(null)), (1, Gen.Constant<string?>(ListPath)))
                   from sdists in Gen.Elements("true", "false")
                   from blockAt in Gen.Elements("none", "high")
                   from waivers in waiver.ArrayOf().Resize(3)
                   from words in word.ArrayOf().Resize(2)
                   from pages in page.ArrayOf(4)
                   select new PolicyCase(
                       [
                           .. Rules.Zip(modes, (rule, m) => KeyValuePair.Create($"Policy:Rules:{rule}:Mode", (string?)m)),
                           new("Policy:Mode", all), new("Policy:Rules:minimum-age:Age", age), new("Policy:Rules:minimum-age:FirstSeenClock", firstSeen),
                           new("Policy:Rules:late-file:After", after), new("Policy:Rules:removed-upstream:Age", removedAge), new("Policy:Rules:minimum-age:Exempt:0", exempt),
                           new("Policy:Rules:allowlist:File", list), new("Policy:Rules:sdist:Refuse", sdists), new("Policy:Rules:vulnerability:BlockAt", blockAt),
                       ],
                       waivers,
                       words,
                       pages);
        }
    }

    private async Task CheckAsync(PolicyCase each)
    {
        var clock = new FaultClock();
        await using var hashgate = await RunningHashgate.StartAsync(_index, each.Settings.ToDictionary(), time: clock);
        var projects = each.Pages.Select(page => (Page: page, Project: Publish(page, clock.GetUtcNow()))).ToArray();
        var names = projects.Select(p => ProjectName.Parse(p.Project.Name)).ToArray();
        hashgate.Get<PolicyState>().Change(inputs => inputs with
        {
            Waivers = new WaiverSet(names.SelectMany(name => each.Waivers.Select(waiver => Waiver(waiver, name, clock.GetUtcNow())))),
            Blocklist = inputs.Blocklist.WithAdded([.. WordsOf("blocklist").Select(w => new PolicyListEntry { Project = w.Name, Versions = VersionsOf(w.Release), Reason = "bad" })]),
            Advisories = new AdvisoryIndex([.. WordsOf("malware").Select(w => Advisory($"MAL-1-{w.Name}-{w.Release}", w)), .. WordsOf("vulnerability").Select(w => Advisory($"PYSEC-1-{w.Name}-{w.Release}", w))]),
            Flags = new FlagSet(WordsOf("flagged").Select(w => Flag(w, clock.GetUtcNow()))),
        });
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

        IEnumerable<(ProjectName Name, int? Release)> WordsOf(string kind) => names.SelectMany(name => each.Words.Where(w => w.Kind == kind).Select(w => (name, w.Release)));
    }

    private FakeProject Publish(PolicyPage page, DateTimeOffset now)
    {
        var project = _index.Project("page" + Interlocked.Increment(ref _projects).ToString(CultureInfo.InvariantCulture));
        if (page.Quarantined) project.Status = "quarantined";
        for (var i = 0; i < page.Files.Length; i++)
        {
            var version = string.Create(CultureInfo.InvariantCulture, $"{page.Files[i].Release}.0");
            var sdist = $"{project.Name}-{version}.tar.gz";
            var file = page.Files[i].Sdist && !project.Files.Exists(f => f.Filename == sdist)
                ? project.Add(sdist, version, TestWheel.Noise(300, _projects * 100 + i))
                : project.Add($"{project.Name}-{version}-{i}-py3-none-any.whl", version, TestWheel.Noise(300, _projects * 100 + i), TestWheel.Noise(50, i));
            file.UploadTime = now.AddDays(-page.Files[i].Age);
            if (page.Files[i].Publisher is { } publisher) file.Publish(publisher);
            if (page.Files[i].NoHash) file.Hashes.Clear();
            if (page.Files[i].Yanked) file.Yanked = "broken";
        }
        return project;
    }

    private static Waiver Waiver(PolicyWaiver waiver, ProjectName project, DateTimeOffset now) => new()
    {
        Id = $"{project} {waiver}",
        Rule = waiver.Rule,
        Project = project,
        Versions = waiver.Release is null ? null : VersionsOf(waiver.Release),
        Reason = "looked at it",
        Actor = "alice",
        Created = now,
        Expires = waiver.Expired ? now.AddDays(-1) : now.AddDays(10),
    };

    private static OsvRecord Advisory(string id, (ProjectName Name, int? Release) word)
    {
        var range = word.Release is { } release ? $$"""{"introduced": "{{release}}"}, {"fixed": "{{release + 1}}"}""" : """{"introduced": "0"}""";
        var json = $$"""
            {"id": "{{id}}", "database_specific": {"severity": "HIGH"},
             "affected": [{"package": {"ecosystem": "PyPI", "name": "{{word.Name}}"}, "ranges": [{"type": "ECOSYSTEM", "events": [{{range}}]}]}]}
            """;
        Assert.True(OsvReader.TryRead(Encoding.UTF8.GetBytes(json), out var record, out var problem), problem);
        return record;
    }

    private static Flag Flag((ProjectName Name, int? Release) word, DateTimeOffset now) =>
        Core.Policy.Flag.Of(new FlagTarget(word.Name, word.Release?.ToString(CultureInfo.InvariantCulture), null), new FlagReport(null, "127.0.0.1", "steals", now)) with
        {
            Status = FlagStatus.Confirmed,
            Decision = new FlagDecision("alice", "it does", now),
        };

    private static VersionSpecifiers VersionsOf(int? release) =>
        release is null ? VersionSpecifiers.Any : VersionSpecifiers.Parse(string.Create(CultureInfo.InvariantCulture, $"=={release}.*"));

    private static IEnumerable<(string, Yank, FileUrl)> Told(IEnumerable<ProjectFile> page) => page.Select(f => (f.Filename, f.Yanked, f.Url));

    private static async Task CheckAsync(RunningHashgate hashgate, FakeProject project)
    {
        // Publishers are learned with the first request; what that changes is on the page by then.
        foreach (var file in project.Files.Where(f => f.Provenance is not null)) await StatusAsync(hashgate, HttpMethod.Head, file.Path);
        var json = await ReadAsync(hashgate, project, json: true);
        var html = await ReadAsync(hashgate, project, json: false);
        // Older releases' publishers are learned in the background: where that came between, the two are of different decisions.
        for (var again = await ReadAsync(hashgate, project, json: true); !Told(again).SequenceEqual(Told(json)); again = await ReadAsync(hashgate, project, json: true))
        {
            json = again;
            html = await ReadAsync(hashgate, project, json: false);
        }
        Assert.Equal(Told(json), Told(html));

        var statuses = new List<HttpStatusCode>();
        foreach (var file in json) statuses.Add(await StatusAsync(hashgate, HttpMethod.Get, file.Url.ToUri().AbsolutePath));
        var refusedAsAWhole = statuses.All(s => s == HttpStatusCode.Forbidden) && !json.Any(IsRefused);
        for (var i = 0; i < json.Count; i++)
        {
            var refused = refusedAsAWhole || IsRefused(json[i]);
            var what = $"{json[i].Filename}, yanked {json[i].Yanked}, refused as a whole: {refusedAsAWhole}";
            var path = json[i].Url.ToUri().AbsolutePath;
            Assert.True(statuses[i] == (refused ? HttpStatusCode.Forbidden : HttpStatusCode.OK), $"GET of {what}: {statuses[i]}");
            Assert.True(await StatusAsync(hashgate, HttpMethod.Head, path) == (refused ? HttpStatusCode.Forbidden : HttpStatusCode.OK), $"HEAD of {what}");
            Assert.True(await StatusAsync(hashgate, HttpMethod.Get, path, "If-None-Match: *") == (refused ? HttpStatusCode.Forbidden : HttpStatusCode.NotModified), $"conditional GET of {what}");
            Assert.True(await StatusAsync(hashgate, HttpMethod.Get, path, "Range: bytes=5-") == (refused ? HttpStatusCode.Forbidden : HttpStatusCode.PartialContent), $"range of {what}");
            var metadata = refused ? HttpStatusCode.Forbidden : json[i].CoreMetadata is not null ? HttpStatusCode.OK : HttpStatusCode.NotFound;
            Assert.True(await StatusAsync(hashgate, HttpMethod.Get, path + ".metadata") == metadata, $"core metadata of {what}");
        }
        var refusedNames = json.Where(f => refusedAsAWhole || IsRefused(f)).Select(f => f.Filename).ToArray();
        foreach (var file in project.Files.Where(f => f.Provenance is not null && refusedNames.Contains(f.Filename)))
            Assert.True(await StatusAsync(hashgate, HttpMethod.Get, file.ProvenancePath) is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"provenance of {file.Filename}");
        await CheckLegacyJsonAsync(hashgate, project, json, refusedNames);
        foreach (var file in project.Files.Where(f => json.All(l => l.Filename != f.Filename)))
            Assert.True(await StatusAsync(hashgate, HttpMethod.Get, file.Path) is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"GET of the unlisted {file.Filename}");
    }

    /// <summary>Nothing of it names what is refused, and of a release that is refused as a whole there is none.</summary>
    private static async Task CheckLegacyJsonAsync(RunningHashgate hashgate, FakeProject project, IReadOnlyList<ProjectFile> page, string[] refused)
    {
        foreach (var release in project.Files.Select(f => f.Version).Distinct().Append(null))
        {
            using var answer = await hashgate.GetAsync($"pypi/{project.Name}/{(release is null ? "" : release + "/")}json");
            var files = page.Where(f => release is null || f.Filename.StartsWith($"{project.Name}-{release}", StringComparison.Ordinal)).ToArray();
            var what = $"JSON of {project.Name} {release}: {(int)answer.StatusCode} {answer.ReasonPhrase}";
            if (files.All(f => refused.Contains(f.Filename))) Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, what);
            if (answer.StatusCode != HttpStatusCode.OK) continue;
            var text = await answer.Content.ReadAsStringAsync();
            Assert.All(refused, name => Assert.DoesNotContain(name, text, StringComparison.Ordinal));
            using var json = JsonDocument.Parse(text);
            var version = json.RootElement.GetProperty("info").GetProperty("version").GetString();
            Assert.Contains(files, f => !refused.Contains(f.Filename) && f.Filename.StartsWith($"{project.Name}-{version}", StringComparison.Ordinal));
            Assert.All(json.RootElement.GetProperty("urls").EnumerateArray(), f => Assert.StartsWith($"{project.Name}-{version}", f.GetProperty("filename").GetString(), StringComparison.Ordinal));
        }
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
