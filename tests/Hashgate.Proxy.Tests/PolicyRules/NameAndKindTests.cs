using System.Net;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>The rules <c>typosquat</c> and <c>sdist</c> in the running program.</summary>
public sealed class NameAndKindTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private FakeIndex _index = null!;
    private FakeFile _wheel = null!, _sdist = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _wheel = _index.Add(TestWheel.Build("reqeusts", "1.0"));
        _sdist = _index.Project("reqeusts").Add("reqeusts-1.0.tar.gz", "1.0", "sdist"u8.ToArray());
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Typosquat_only_records_unless_it_is_enforced()
    {
        await using var hashgate = await StartAsync();
        await AssertAsync(hashgate, HttpStatusCode.OK, HttpStatusCode.OK);
        var warned = (await hashgate.EventsAsync()).First(e => e.Kind == EventKinds.Warned);
        Assert.Equal("typosquat", warned.Rule);
        Assert.Contains("mistaken for requests", warned.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Typosquat_that_is_enforced_holds_the_project_until_it_is_waived()
    {
        await using var hashgate = await StartAsync(("Policy:Rules:typosquat:Mode", "enforce"));
        await AssertAsync(hashgate, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden);
        var waiver = new Waiver { Id = "w", Rule = "typosquat", Project = ProjectName.Parse("reqeusts"), Reason = "ours", Actor = "alice", Created = DateTimeOffset.UnixEpoch };
        hashgate.Get<PolicyState>().Change(inputs => inputs with { Waivers = new WaiverSet([waiver]) });
        await AssertAsync(hashgate, HttpStatusCode.OK, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Typosquat_goes_by_the_operators_own_list_as_it_changes_and_by_exemptions()
    {
        var path = Path.Combine(_directory.Path, "popular.txt");
        await File.WriteAllTextAsync(path, "numpy\n");
        await using (var hashgate = await StartAsync(("Policy:Rules:typosquat:Mode", "enforce"), ("Policy:Rules:typosquat:PopularFile", path)))
        {
            await AssertAsync(hashgate, HttpStatusCode.OK, HttpStatusCode.OK);
            await File.WriteAllTextAsync(path, "requests # everybody's\n");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (await StatusAsync(hashgate, _wheel) == HttpStatusCode.OK) await Task.Delay(50, patience.Token);
            Assert.Contains(await hashgate.EventsAsync(), e => e is { Kind: EventKinds.PolicyChanged, Rule: "typosquat" });
        }
        await using var exempt = await StartAsync(("Policy:Rules:typosquat:Mode", "enforce"), ("Policy:Rules:typosquat:Exempt:0", "reqe*"));
        await AssertAsync(exempt, HttpStatusCode.OK, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Sdist_is_refused_where_that_is_set_and_the_wheel_beside_it_is_not()
    {
        await using var hashgate = await StartAsync(("Policy:Rules:sdist:Refuse", "true"));
        await AssertAsync(hashgate, HttpStatusCode.OK, HttpStatusCode.Forbidden);
        Assert.Contains("\"yanked\":\"Blocked by Hashgate: sdist:", await hashgate.PageAsync("reqeusts"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sdist_in_audit_mode_or_of_an_exempt_project_is_served()
    {
        await using (var audit = await StartAsync(("Policy:Rules:sdist:Refuse", "true"), ("Policy:Rules:sdist:Mode", "audit"))) await AssertAsync(audit, HttpStatusCode.OK, HttpStatusCode.OK);
        await using var exempt = await StartAsync(("Policy:Rules:sdist:Refuse", "true"), ("Policy:Rules:sdist:Exempt:0", "req*"));
        await AssertAsync(exempt, HttpStatusCode.OK, HttpStatusCode.OK);
    }

    private async Task<RunningHashgate> StartAsync(params (string Key, string? Value)[] settings) =>
        await RunningHashgate.StartAsync(_index, settings.ToDictionary(s => s.Key, s => s.Value), Path.Combine(_directory.Path, "data"));

    private async Task AssertAsync(RunningHashgate hashgate, HttpStatusCode wheel, HttpStatusCode sdist)
    {
        await hashgate.PageAsync("reqeusts");
        Assert.Equal((wheel, sdist), (await StatusAsync(hashgate, _wheel), await StatusAsync(hashgate, _sdist)));
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningHashgate hashgate, FakeFile file)
    {
        await hashgate.PageAsync("reqeusts");
        using var answer = await hashgate.GetAsync(file.Path);
        return answer.StatusCode;
    }
}
