using System.Text.Json;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>A Hashgate in a process of its own whose every text from outside, for as long as that may be, is made to hurt who reads it.</summary>
public sealed class HostileTexts : IAsyncLifetime, IDisposable
{
    /// <summary>Colours, a window's title, a C1 control, new header lines, marks that turn the direction around, line separators, HTML.</summary>
    public const string Text =
        "\u001b[31mred\u001b[0m\u001b]0;title\u0007\u009b1m\r\nX-Evil: 1\r\n\r\n\u202e\u2066gnihton\u2028\u2029\u200b<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;";

    /// <summary>The same, far longer than anybody needs.</summary>
    public static readonly string Endless = Text + new string('x', 100_000);

    /// <summary>As it can stand in one line of a file.</summary>
    public static readonly string Line = string.Concat(Text.Where(c => c is not ('\r' or '\n' or '\u2028' or '\u2029')));

    /// <summary>Each with releases 1.0 and 2.0, and what is wrong with its texts.</summary>
    public static readonly string[] Projects = ["yanked", "quarantined", "archived", "odd", "advised", "vulnerable", "listed", "added", "waived", "flagged", "reported", "misnamed", "changed"];

    private readonly TemporaryDirectory _directory = new();

    public FakeIndex Index { get; private set; } = null!;

    public HashgateProgram Program { get; private set; } = null!;

    public HashgateProcess Server { get; private set; } = null!;

    public string RequirementsPath => Path.Combine(_directory.Path, "requirements.txt");

    public async Task InitializeAsync()
    {
        Index = await FakeIndex.StartAsync();
        foreach (var project in Projects)
        {
            Index.Add(TestWheel.Build(project, "1.0"));
            Index.Add(TestWheel.Build(project, "2.0"));
        }
        Last("yanked").Yanked = Endless;
        Last("yanked").RequiresPython = ">=3" + Text;
        Mark("quarantined", "quarantined");
        Mark("archived", "archived");
        Mark("odd", Text);
        Mark("waived", "quarantined");
        Index.Project("misnamed").Add($"<script>{Text}-3.0.tar.gz", "3.0", [1, 2, 3]);

        var advisories = Directory.CreateDirectory(Path.Combine(_directory.Path, "osv")).FullName;
        Advise(advisories, "1", "MAL-2026-1", "advised");
        Advise(advisories, "2", "PYSEC-2026-" + Text, "vulnerable");
        var blocklist = Path.Combine(_directory.Path, "blocklist.txt");
        await File.WriteAllTextAsync(blocklist, $"listed==2.0  # {Line}\n");
        await File.WriteAllTextAsync(RequirementsPath, string.Concat(Projects.Select(p => $"{p}==2.0\n")) + $"evil @ https://evil.example/{Line}\nnot-there-{Line}==1\n");

        Program = new HashgateProgram(Path.Combine(_directory.Path, "data")).Over(Index)
            .Set("Upstreams:pypi:RefreshAfter", "00:00:00.001")
            .Set("Advisories:Source", advisories)
            .Set("Policy:Rules:vulnerability:BlockAt", "high")
            .Set("Policy:Rules:blocklist:File", blocklist);
        Server = await Program.StartAsync();
        Server.Client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "pip/1 \u001b[31m<script>alert(1)</script>");
        await SayAsync();
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await Index.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    public FakeFile Last(string project) => Index.Project(project).Files.Last(f => f.Version == "2.0");

    /// <summary>What people and operators say.</summary>
    private async Task SayAsync()
    {
        await DoAsync("api/v1/tokens", new { label = string.Concat(Text.Where(c => !Html.IsInvisible(c)).Take(100)) });
        await DoAsync("api/v1/lists/blocklist", new { entry = "added==2.0", reason = Text });
        await DoAsync("api/v1/waivers", new { project = "waived", rule = "upstream-quarantined", versions = "==2.0", reason = Text });
        var flag = await DoAsync("api/v1/flags", new { project = "flagged", version = "2.0", reason = Text });
        await DoAsync($"api/v1/flags/{flag.GetProperty("id").GetString()}/confirm", new { reason = Text });
        using var report = await Server.Client.PostAsync("why/reported/2.0", new FormUrlEncodedContent([new("reason", Text)]));
        Assert.True(report.IsSuccessStatusCode, await report.Content.ReadAsStringAsync());

        await Server.HashesAsync("changed");
        var changed = Last("changed");
        changed.Bytes = TestWheel.Build("changed", "2.0", text: "other").Bytes;
        changed.ClaimBytes();
        await DoAsync("api/v1/trust/changed/accept", new { filename = changed.Filename, sha256 = changed.Hashes["sha256"], reason = Text });
    }

    private async Task<JsonElement> DoAsync(string path, object body)
    {
        var (status, answer) = await Server.CallAsync(HttpMethod.Post, path, body);
        Assert.True((int)status is >= 200 and < 300, $"{path}: {(int)status} {answer}");
        return answer;
    }

    private void Mark(string project, string status) => (Index.Project(project).Status, Index.Project(project).StatusReason) = (status, Endless);

    private static void Advise(string folder, string name, string id, string project) => File.WriteAllBytes(Path.Combine(folder, name + ".json"), JsonSerializer.SerializeToUtf8Bytes(new
    {
        id,
        modified = "2026-01-01T00:00:00Z",
        summary = Endless,
        details = Endless,
        aliases = new[] { "CVE-" + Text },
        affected = new[] { new { package = new { ecosystem = "PyPI", name = project }, versions = new[] { "2.0" } } },
    }));
}
