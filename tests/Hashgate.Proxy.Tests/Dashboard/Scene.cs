using System.Net;
using System.Text.Json;
using Hashgate.Core.Downloads;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Dashboard;

/// <summary>
/// An index with a project as one finds it, and one whose every text is hostile; Hashgate in front of it, after some downloads, refusals,
/// reports, waivers and entries.
/// </summary>
public sealed class Scene : IAsyncLifetime, IDisposable
{
    public const string Hostile = "\u001b[31mred\u202e\u2066<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;";

    private readonly TemporaryDirectory _directory = new();

    public FakeIndex Index { get; private set; } = null!;

    public RunningHashgate Hashgate { get; private set; } = null!;

    /// <summary>The id of the reports that wait for an operator, on release 2.0 of <c>demo</c>.</summary>
    public string Waiting { get; private set; } = "";

    public FakeFile Old => Index.Project("demo").Files[0];

    public async Task InitializeAsync()
    {
        Index = await FakeIndex.StartAsync();
        var now = DateTimeOffset.UtcNow;
        Add("demo", "1.0", now.AddDays(-900)).Publish("acme/demo");
        Add("demo", "2.0", now.AddDays(-200)).Publish("acme/demo");
        Index.Project("demo").Add(TestWheel.Sdist("demo", "2.0")).UploadTime = now.AddDays(-200);
        Add("demo", "2.1", now.AddDays(-100)).Yanked = "broken build " + Hostile;
        Add("demo", "3.0", now.AddHours(-5)).Publish("acme/demo");
        foreach (var release in Enumerable.Range(0, 90)) Add("large", $"1.{release}", now.AddDays(-1000 + release));
        var hostile = Add("hostile", "1.0", now.AddDays(-50));
        (hostile.Yanked, hostile.RequiresPython, hostile.Project.Status, hostile.Project.StatusReason) = (Hostile, ">=3" + Hostile, "archived" + Hostile, Hostile);
        var advisories = Directory.CreateDirectory(Path.Combine(_directory.Path, "osv")).FullName;
        Advise(advisories, "GHSA-aaaa-bbbb-cccc", "demo", "2.0", "Template rendering lets one read any file", "HIGH");
        Advise(advisories, "PYSEC-2026-" + Hostile, "hostile", "9.0", Hostile, "LOW");
        Hashgate = await RunningHashgate.StartAsync(Index, new Dictionary<string, string?> { ["Advisories:Source"] = advisories, ["Webhooks:chat:Url"] = "http://127.0.0.1:9/hook", ["Policy:Rules:minimum-age:Exempt:0"] = "acme-*" });
        await Gets.UntilAsync(async () => (await Hashgate.CallAsync(HttpMethod.Get, "readyz")).Body.GetProperty("status").GetString() == "ready" && Hashgate.Get<Core.Policy.PolicyState>().Current.Advisories.IsLoaded);
        await HappenAsync();
    }

    public async Task DisposeAsync()
    {
        await Hashgate.DisposeAsync();
        await Index.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    private async Task HappenAsync()
    {
        foreach (var project in (string[])["demo", "large", "hostile"]) await Hashgate.PageAsync(project);
        foreach (var file in Index.Project("demo").Files.Take(2).Append(Index.Project("hostile").Files[0]))
        {
            using var metadata = await Hashgate.GetAsync(file.Path + ".metadata");
            using var answer = await Hashgate.GetAsync(file.Path, "User-Agent: pip/23.2.1 {\"ci\":true,\"python\":\"3.12.1\"}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        await Hashgate.AssertStatusAsync(Index.Project("demo").Files[^1], HttpStatusCode.Forbidden);
        Record("10.0.0.7", "uv/0.5.1 <script>alert(1)</script>");
        Record("10.0.0.8" + Hostile, Hostile);
        Waiting = await ReportAsync(new { project = "demo", version = "2.0", reason = "It opens a shell: " + Hostile });
        await ReportAsync(new { project = "hostile", filename = Index.Project("hostile").Files[0].Filename, reason = Hostile });
        await DoAsync("waivers", new { project = "demo", rule = "minimum-age", versions = "==9.0", reason = "needed now " + Hostile, expires = DateTimeOffset.UtcNow.AddDays(2) });
        await DoAsync("waivers", new { project = "large", rule = "late-file", reason = "checked by hand" });
        await DoAsync("lists/blocklist", new { entry = "never-this==1.0", reason = "bad " + Hostile });
        await DoAsync("publishers/demo/accept", new { publisher = new { kind = "GitHub", subject = "acme/fork", workflow = "release.yml" }, reason = "moved " + Hostile });
    }

    private void Record(string client, string agent) => Hashgate.Get<IDownloadLog>().Record(
        new ServedDownload(Core.Packaging.ProjectName.Parse("demo"), "1.0", Old.Filename, Core.Packaging.Sha256Digest.Parse(Old.Hashes["sha256"]), client, agent));

    private FakeFile Add(string project, string version, DateTimeOffset uploaded)
    {
        var file = Index.Add(TestWheel.Build(project, version));
        file.UploadTime = uploaded;
        return file;
    }

    private async Task<string> ReportAsync(object report) => (await DoAsync("flags", report)).GetProperty("id").GetString()!;

    private async Task<JsonElement> DoAsync(string path, object body)
    {
        var (status, answer) = await Hashgate.CallAsync(HttpMethod.Post, "api/v1/" + path, body);
        Assert.True((int)status is >= 200 and < 300, $"{path}: {(int)status} {answer}");
        return answer;
    }

    private static void Advise(string folder, string id, string project, string fixedIn, string summary, string severity) => File.WriteAllBytes(Path.Combine(folder, project + ".json"), JsonSerializer.SerializeToUtf8Bytes(new
    {
        id,
        modified = "2026-01-01T00:00:00Z",
        summary,
        database_specific = new { severity },
        affected = new[] { new { package = new { ecosystem = "PyPI", name = project }, ranges = new[] { new { type = "ECOSYSTEM", events = new object[] { new { introduced = "0" }, new { @fixed = fixedIn } } } } } },
    }));
}
