using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Redis;

/// <summary>One server of a cluster is lost: the projects on the others go on.</summary>
[Trait("Needs", "redis")]
public sealed class ClusterNodeTests : IAsyncTest
{
    private readonly TemporaryDirectory _directory = new();
    private RedisCluster _cluster = null!;
    private RedisBed _bed = null!;
    private FileTrustJournal _journal = null!;
    private TrustLedger _ledger = null!;

    [Fact]
    public async Task Killed_server_stops_first_uses_of_its_projects_only_and_comes_back_alone()
    {
        await StartAsync(followers: 0);
        var killed = _cluster.Servers[0];
        var (its, others) = await ProjectsAsync(killed);
        await killed.KillAsync();
        await _cluster.ReadyAsync(killed);

        Assert.Equal(PinOutcome.Unrecorded, await PinAsync(its, "2"));
        Assert.NotEmpty(_ledger.StatusOf(its));
        await UntilAsync(async () => await PinAsync(others, "2") is PinOutcome.New or PinOutcome.Same);
        Assert.Empty(_ledger.StatusOf(others));

        await killed.StartAgainAsync();
        await UntilAsync(async () =>
        {
            await _ledger.CheckAsync(default);
            return _ledger.Status.Count == 0;
        });
        Assert.Equal(PinOutcome.Same, await PinAsync(its, "1"));
        Assert.Equal(PinOutcome.New, await PinAsync(its, "3"));
    }

    [Fact]
    public async Task Server_that_lost_its_disk_takes_no_first_use_until_it_is_restored()
    {
        await StartAsync(followers: 0);
        var emptied = _cluster.Servers[0];
        var (its, others) = await ProjectsAsync(emptied);
        var before = await _ledger.ExportAsync(default).ToListAsync();
        await emptied.CommandAsync("FLUSHALL");

        Assert.Equal(PinOutcome.Unrecorded, await PinAsync(its, "2"));
        Assert.Contains("was emptied", Assert.Single(_ledger.StatusOf(its)), StringComparison.Ordinal);
        Assert.Equal(PinOutcome.New, await PinAsync(others, "2"));

        Assert.Null((await _ledger.RestoreAsync([], default)).Problem);
        Assert.Subset((await _ledger.ExportAsync(default).ToListAsync()).ToHashSet(), before.ToHashSet());
        Assert.Equal(PinOutcome.Same, await PinAsync(its, "1"));
        Assert.Equal(PinOutcome.New, await PinAsync(its, "2"));
    }

    [Fact]
    public async Task Follower_takes_the_place_of_a_killed_server()
    {
        await StartAsync(followers: 1);
        var killed = _cluster.Servers[0];
        var (its, _) = await ProjectsAsync(killed);
        // What the follower doesn't have yet is found missing, and that is another test.
        await UntilAsync(async () => (await killed.CommandAsync("WAIT 1 1000")) == ":1");
        await killed.KillAsync();
        await UntilAsync(async () =>
        {
            await _ledger.CheckAsync(default);
            return _ledger.Status.Count == 0;
        });
        Assert.Equal(PinOutcome.Same, await PinAsync(its, "1"));
        Assert.Equal(PinOutcome.Changed, await PinAsync(its, "1", "a lie"));
        Assert.Equal(PinOutcome.New, await PinAsync(its, "2"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_journal is not null) await _journal.DisposeAsync();
        if (_bed is not null) await _bed.DisposeAsync();
        if (_cluster is not null) await _cluster.DisposeAsync();
        _directory.Dispose();
    }

    private async Task StartAsync(int followers)
    {
        _cluster = await RedisCluster.StartAsync(followers);
        _bed = RedisBed.In(_cluster);
        _journal = FileTrustJournal.Open(Path.Combine(_directory.Path, "journal"));
        _ledger = (await new LedgerRig(new RedisTrustStore(_bed.Connect(timeoutSeconds: 2)), _journal).StartAsync()).Ledger;
        Assert.Empty(_ledger.Status);
    }

    /// <summary>A project whose bucket lies on this server, and one whose bucket doesn't; a file of each is on record.</summary>
    private async Task<(ProjectName Its, ProjectName Others)> ProjectsAsync(RedisServer server)
    {
        var redis = _bed.Connect();
        ProjectName? its = null, others = null;
        for (var n = 0; its is null || others is null; n++)
        {
            var project = ProjectName.Parse($"project-{n}");
            var state = redis.Key("trust", $"{ProjectBuckets.Of(project)}", "state").ToString();
            if (await _cluster.OwnerOfAsync(state) == server) its ??= project;
            else others ??= project;
        }
        foreach (var project in new[] { its.Value, others.Value }) Assert.Equal(PinOutcome.New, await PinAsync(project, "1"));
        return (its.Value, others.Value);
    }

    private async Task<PinOutcome> PinAsync(ProjectName project, string version, string? content = null) =>
        (await _ledger.PinAsync("pypi", project, [TrustClaims.Of($"{project.Value}-{version}.zip", content ?? version)], default)).Pins.Single().Outcome;

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds()) await Task.Delay(50, patience.Token);
    }
}
