using System.Net;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>The organisation's lists in the running program: page and file agree, and follow the file.</summary>
public sealed class ListTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private FakeIndex _index = null!;
    private FakeFile _old = null!, _new = null!;

    private string ListPath => Path.Combine(_directory.Path, "list.txt");

    private string DataDirectory => Path.Combine(_directory.Path, "data");

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _old = _index.Add(TestWheel.Build("alpha", "1.0"));
        _new = _index.Add(TestWheel.Build("alpha", "2.0"));
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("allowlist", "alpha<2", true, false)]
    [InlineData("allowlist", "al*\nbeta", true, true)]
    [InlineData("allowlist", "beta", false, false)]
    [InlineData("blocklist", "alpha<2 # bad", false, true)]
    [InlineData("blocklist", "alpha", false, false)]
    [InlineData("blocklist", "beta", true, true)]
    public async Task Page_and_files_follow_the_list(string rule, string list, bool oldServed, bool newServed)
    {
        await using var hashgate = await StartAsync(rule, list);
        await AssertServedAsync(hashgate, oldServed, newServed);
    }

    [Fact]
    public async Task Hash_pin_allows_one_file_of_a_release()
    {
        var other = _index.Project("alpha").Add("alpha-1.0.tar.gz", "1.0", "sdist"u8.ToArray());
        await using var hashgate = await StartAsync("allowlist", $"alpha==1.0 --hash=sha256:{_old.Hashes["sha256"]}");

        await AssertServedAsync(hashgate, oldServed: true, newServed: false);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate, other));
    }

    [Fact]
    public async Task Comment_reaches_the_terminal_as_printable_ascii()
    {
        await using var hashgate = await StartAsync("blocklist", "alpha # ta\u001b[31mken \u202eover\u0007 <b>");
        await hashgate.PageAsync("alpha");
        using var answer = await hashgate.GetAsync(_old.Path);

        Assert.StartsWith("Blocked by Hashgate: blocklist: ta?[31mken ?over? <b>; see http://127.0.0.1:", answer.ReasonPhrase, StringComparison.Ordinal);
        using var why = await hashgate.GetAsync("why/alpha/1.0");
        Assert.DoesNotContain("<b>;", await why.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_file_is_in_force_without_a_restart_and_an_error_keeps_the_last_good_one()
    {
        await using var hashgate = await StartAsync("allowlist", "alpha<2");
        await AssertServedAsync(hashgate, oldServed: true, newServed: false);

        await File.WriteAllTextAsync(ListPath, "alpha==2.0");
        await Gets.UntilAsync(async () => await StatusAsync(hashgate, _new) == HttpStatusCode.OK);
        await AssertServedAsync(hashgate, oldServed: false, newServed: true);
        Assert.Equal("the allowlist changed: it has 1 entries now", Assert.Single(await hashgate.EventsAsync(), e => e.Kind == EventKinds.PolicyChanged).Reason);

        await File.WriteAllTextAsync(ListPath, "alpha\nalpha[x]\n");
        await Gets.UntilAsync(async () => (await ReadinessAsync(hashgate)).Contains("line 2, column 6", StringComparison.Ordinal));
        await AssertServedAsync(hashgate, oldServed: false, newServed: true);

        File.Delete(ListPath);
        await Gets.UntilAsync(async () => (await ReadinessAsync(hashgate)).Contains("can't be read", StringComparison.Ordinal));
        await AssertServedAsync(hashgate, oldServed: false, newServed: true);

        await File.WriteAllTextAsync(ListPath, "alpha==2.0");
        await Gets.UntilAsync(async () => !(await ReadinessAsync(hashgate)).Contains("allowlist", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("good\nalpha >> 1\n-r more", "line 2, column 7", "line 3, column 1")]
    [InlineData("", "line 1, column 1", "empty")]
    public async Task Error_at_the_first_start_ends_it_with_every_line(string list, params string[] told)
    {
        var error = await Assert.ThrowsAsync<SettingsException>(() => StartAsync("allowlist", list));
        foreach (var part in told) Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains(ListPath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_missing_at_the_first_start_ends_it()
    {
        var settings = new Dictionary<string, string?> { ["Policy:Rules:blocklist:File"] = ListPath };
        var error = await Assert.ThrowsAsync<SettingsException>(() => RunningHashgate.StartAsync(_index, settings, DataDirectory));
        Assert.Contains("can't be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_at_a_later_start_keeps_the_last_good_one()
    {
        await using (await StartAsync("allowlist", "alpha<2")) { }
        await using var hashgate = await StartAsync("allowlist", "alpha[");

        await AssertServedAsync(hashgate, oldServed: true, newServed: false);
        Assert.Contains("the last good one stays in force", await ReadinessAsync(hashgate), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_in_audit_mode_serves_and_records()
    {
        await using var hashgate = await StartAsync("allowlist", "beta", ("Policy:Rules:allowlist:Mode", "audit"));
        await AssertServedAsync(hashgate, oldServed: true, newServed: true);
        Assert.Contains(await hashgate.EventsAsync(), e => e is { Kind: EventKinds.Warned, Rule: "allowlist" });
    }

    [Fact]
    public async Task Waiver_lifts_a_list()
    {
        await using var hashgate = await StartAsync("blocklist", "alpha");
        var waiver = new Waiver { Id = "w", Rule = "blocklist", Project = ProjectName.Parse("alpha"), Versions = VersionSpecifiers.Parse("<2"), Reason = "known", Actor = "alice", Created = DateTimeOffset.UnixEpoch };
        hashgate.Get<PolicyState>().Change(inputs => inputs with { Waivers = new WaiverSet([waiver]) });
        await AssertServedAsync(hashgate, oldServed: true, newServed: false);
    }

    private async Task<RunningHashgate> StartAsync(string rule, string list, params (string Key, string Value)[] more)
    {
        await File.WriteAllTextAsync(ListPath, list);
        var settings = new Dictionary<string, string?> { [$"Policy:Rules:{rule}:File"] = ListPath };
        foreach (var (key, value) in more) settings[key] = value;
        return await RunningHashgate.StartAsync(_index, settings, DataDirectory);
    }

    /// <summary>The page shows as yanked, or as the only ones, exactly the files that are refused.</summary>
    private async Task AssertServedAsync(RunningHashgate hashgate, bool oldServed, bool newServed)
    {
        using var page = System.Text.Json.JsonDocument.Parse(await hashgate.PageAsync("alpha"));
        foreach (var (file, served) in new[] { (_old, oldServed), (_new, newServed) })
        {
            Assert.Equal(served ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await StatusAsync(hashgate, file));
            var shown = page.RootElement.GetProperty("files").EnumerateArray().Single(f => f.GetProperty("filename").GetString() == file.Filename);
            var yanked = shown.TryGetProperty("yanked", out var why) && why.ValueKind == System.Text.Json.JsonValueKind.String;
            Assert.Equal(!served && (oldServed || newServed), yanked);
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningHashgate hashgate, FakeFile file)
    {
        await hashgate.PageAsync("alpha");
        using var head = await hashgate.HeadAsync(file.Path);
        using var get = await hashgate.GetAsync(file.Path);
        Assert.Equal(head.StatusCode, get.StatusCode);
        return get.StatusCode;
    }

    private static async Task<string> ReadinessAsync(RunningHashgate hashgate) =>
        string.Join('\n', JsonDocument.Parse(await hashgate.Client.GetStringAsync("readyz")).RootElement.GetProperty("reasons").EnumerateArray().Select(r => r.GetString()));
}
