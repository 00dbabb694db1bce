using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Provenance;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Hosting;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Proxy.Tests.Hosting;

/// <summary>A policy store that is emptied, set back or exchanged gives nothing free, until an operator decides. Each test has a store of its own.</summary>
public abstract class PolicyDoubtContract : IAsyncLifetime
{
    private static readonly ProjectName Demo = ProjectName.Parse("demo");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<TemporaryDirectory> _directories = [];

    protected IPolicyStore Store { get; private set; } = null!;

    protected abstract Task<IPolicyStore> OpenAsync();

    protected abstract Task FlushAsync();

    /// <summary>A copy of what is in the store, to be put back later.</summary>
    protected abstract Task<Func<Task>> DumpAsync();

    protected abstract Task CloseAsync();

    public async Task InitializeAsync() => Store = await OpenAsync();

    public async Task DisposeAsync()
    {
        await CloseAsync();
        foreach (var directory in _directories) directory.Dispose();
    }

    [Fact]
    public async Task Emptied_store_ends_waivers_keeps_flags_and_raises_one_alarm()
    {
        await PutAllAsync();
        using var replica = await StartAsync();
        Assert.Equal("waiver flag block allow accepted", replica.InForce);

        await FlushAsync();
        await replica.Watch.RefreshAsync(default);
        await replica.Watch.RefreshAsync(default);
        Assert.Equal("flag block", replica.InForce);
        Assert.Contains("was emptied", Assert.Single(replica.Watch.Status), StringComparison.Ordinal);
        Assert.Contains("hashgate policy restore", replica.Watch.Status[0], StringComparison.Ordinal);
        Assert.Equal(EventKinds.StoreAlarm, Assert.Single(replica.Events.Recorded).Kind);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await replica.Guarded.PutAsync(Waiver("w2"), default));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await replica.Guarded.ListAsync(PolicyDocumentKinds.Flag, default));
    }

    [Fact]
    public async Task Older_dump_brings_no_waiver_back_and_no_flag_away()
    {
        using var replica = await StartAsync();
        var waiver = await PutAsync(Waiver("w1"));
        var restore = await DumpAsync();
        Assert.True(await Store.RemoveAsync(waiver, default));
        await PutAsync(Flag());
        await replica.Watch.RefreshAsync(default);
        Assert.Equal("flag", replica.InForce);

        await restore();
        await replica.Watch.RefreshAsync(default);
        Assert.Equal("flag", replica.InForce);
        Assert.Contains("is older", Assert.Single(replica.Watch.Status), StringComparison.Ordinal);

        Assert.Equal((1, null), await replica.Watch.RestoreAsync(default));
        Assert.Equal("flag", replica.InForce);
        Assert.Empty(replica.Watch.Status);
        Assert.Empty(await Store.ListAsync(PolicyDocumentKinds.Waiver, default));
    }

    [Fact]
    public async Task Restore_brings_back_what_every_replica_knows()
    {
        await PutAllAsync();
        using var one = await StartAsync();
        using var two = await StartAsync();
        one.Publishers.Write(new PolicyDocument(PolicyDocumentKinds.Publishers, "demo", "of one", 1));
        two.Publishers.Write(new PolicyDocument(PolicyDocumentKinds.Publishers, "other", "of two", 1));
        await FlushAsync();
        await one.Watch.RefreshAsync(default);
        await two.Watch.RefreshAsync(default);

        Assert.Equal((6, null), await one.Watch.RestoreAsync(default));
        await two.Watch.RefreshAsync(default);
        foreach (var replica in (Replica[])[one, two])
        {
            Assert.Equal("waiver flag block allow accepted", replica.InForce);
            Assert.Empty(replica.Watch.Status);
        }
        // The first brought back what both knew; what the second alone knows is added.
        Assert.Equal((1, null), await two.Watch.RestoreAsync(default));
        Assert.Equal(["demo", "other"], (await Store.ListAsync(PolicyDocumentKinds.Publishers, default)).Select(d => d.Id));
        Assert.Equal((0, null), await one.Watch.RestoreAsync(default));
        Assert.True(await one.Guarded.PutAsync(Waiver("w2"), default));
    }

    [Fact]
    public async Task Accepted_store_is_taken_as_it_is_by_every_replica()
    {
        await PutAllAsync();
        using var one = await StartAsync();
        using var two = await StartAsync();
        await FlushAsync();
        await PutAsync(Waiver("new"));
        await one.Watch.RefreshAsync(default);
        await two.Watch.RefreshAsync(default);
        Assert.Equal("flag block", one.InForce);

        Assert.Null(await one.Watch.AcceptAsync(default));
        await two.Watch.RefreshAsync(default);
        foreach (var replica in (Replica[])[one, two])
        {
            Assert.Equal("waiver", replica.InForce);
            Assert.Empty(replica.Watch.Status);
        }
        Assert.Contains("nothing to accept", await one.Watch.AcceptAsync(default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_store_is_never_mixed_in_and_may_be_accepted()
    {
        await PutAllAsync();
        using var one = await StartAsync();
        using var two = await StartAsync();
        await FlushAsync();
        // A replica that never saw the first one takes it for a fresh one.
        using var fresh = await StartAsync();
        await one.Watch.RefreshAsync(default);
        await two.Watch.RefreshAsync(default);
        Assert.Equal("flag block", one.InForce);
        Assert.Contains("but this replica knows store", Assert.Single(one.Watch.Status), StringComparison.Ordinal);
        Assert.Contains("mix two stores", (await one.Watch.RestoreAsync(default)).Why, StringComparison.Ordinal);

        Assert.Null(await one.Watch.AcceptAsync(default));
        foreach (var replica in (Replica[])[one, two, fresh])
        {
            await replica.Watch.RefreshAsync(default);
            Assert.Equal("", replica.InForce);
            Assert.Empty(replica.Watch.Status);
        }
    }

    [Fact]
    public async Task Restart_while_in_doubt_puts_no_waiver_back_in_force()
    {
        await PutAllAsync();
        var directory = NewDirectory();
        using (var before = await StartAsync(directory))
        {
            await FlushAsync();
            await before.Watch.RefreshAsync(default);
        }
        using var after = await StartAsync(directory);
        Assert.Equal("flag block", after.InForce);
        using var without = await StartAsync(directory, new MemoryPolicyStore { Away = true });
        Assert.Equal("flag block", without.InForce);
        Assert.Null((await after.Watch.RestoreAsync(default)).Why);
        using var again = await StartAsync(directory, new MemoryPolicyStore { Away = true });
        Assert.Equal("waiver flag block allow accepted", again.InForce);
    }

    [Fact]
    public async Task Interrupted_restore_is_told_of_and_repeated()
    {
        await PutAllAsync();
        using var one = await StartAsync();
        await Store.SetStateAsync((await Store.GetStateAsync(default)) with { Identity = PolicyStoreState.Restoring }, default);
        using var fresh = await StartAsync();
        await one.Watch.RefreshAsync(default);
        foreach (var replica in (Replica[])[one, fresh]) Assert.Contains("begun and not finished", Assert.Single(replica.Watch.Status), StringComparison.Ordinal);
        Assert.Equal(("waiver flag block allow accepted", "flag block"), (one.InForce, fresh.InForce));

        Assert.Null((await one.Watch.RestoreAsync(default)).Why);
        await fresh.Watch.RefreshAsync(default);
        Assert.Empty(fresh.Watch.Status);
    }

    private async Task PutAllAsync()
    {
        await PutAsync(Waiver("w1"));
        await PutAsync(Flag());
        await PutAsync(Entry("l1", RuleNames.Blocklist, "evil").ToDocument());
        await PutAsync(Entry("l2", RuleNames.Allowlist, "good").ToDocument());
        await PutAsync(AcceptedPublishersPart.Write(Demo, [new AcceptedPublisher(new Publisher("GitHub", "acme/demo", null), "known", "me", Noon)], 0));
    }

    private static ListEntryDocument Entry(string id, string list, string entry) => new() { Id = id, List = list, Entry = entry, Reason = "known", Actor = "me", Created = Noon };

    private async Task<PolicyDocument> PutAsync(PolicyDocument document)
    {
        Assert.True(await Store.PutAsync(document, default));
        return (await Store.GetAsync(document.Kind, document.Id, default))!;
    }

    private static PolicyDocument Waiver(string id) => new(PolicyDocumentKinds.Waiver, id, JsonSerializer.Serialize(
        new Waiver { Id = id, Rule = RuleNames.Malware, Project = Demo, Reason = "why not", Actor = "me", Created = Noon }, PolicyJson.Default.Waiver));

    private static PolicyDocument Flag()
    {
        var flag = Core.Policy.Flag.Of(new FlagTarget(Demo, null, null), new FlagReport("me", "127.0.0.1", "bad", Noon)) with { Status = FlagStatus.Confirmed };
        return new PolicyDocument(PolicyDocumentKinds.Flag, flag.Id, JsonSerializer.Serialize(flag, PolicyJson.Default.Flag));
    }

    private string NewDirectory()
    {
        var directory = new TemporaryDirectory();
        _directories.Add(directory);
        return directory.Path;
    }

    private async Task<Replica> StartAsync(string? directory = null, IPolicyStore? store = null)
    {
        var replica = new Replica(store ?? Store, directory ?? NewDirectory());
        await replica.Watch.LoadAsync(default);
        return replica;
    }

    private sealed class Replica : IDisposable
    {
        private readonly PolicyState _state = new();

        public Replica(IPolicyStore store, string directory)
        {
            Guarded = new GuardedPolicyStore(store);
            IPolicyPart[] parts =
            [
                new WaiverPart(NullLogger<WaiverPart>.Instance), new FlagPart(NullLogger<FlagPart>.Instance),
                new ListEntryPart(NullLogger<ListEntryPart>.Instance), new AcceptedPublishersPart(NullLogger<AcceptedPublishersPart>.Instance),
            ];
            Watch = new PolicyWatch(
                Guarded, _state, parts, new PolicyCopy(directory, NullLogger<PolicyCopy>.Instance), Publishers, Events, new ManualTimeProvider(), NullLogger<PolicyWatch>.Instance);
        }

        public GuardedPolicyStore Guarded { get; }
        public MemoryPublisherCopies Publishers { get; } = new();
        public MemoryEventLog Events { get; } = new();
        public PolicyWatch Watch { get; }

        /// <summary>What refuses and what allows just now.</summary>
        public string InForce
        {
            get
            {
                var now = _state.Current;
                (string Name, bool Is)[] all =
                [
                    ("waiver", now.Waivers.For(Demo).Count > 0), ("flag", now.Flags.For(Demo) is { Project.Status: FlagStatus.Confirmed }),
                    ("block", now.Blocklist.All.Entries.Count > 0), ("allow", now.Allowlist.All.Entries.Count > 0), ("accepted", now.AcceptedPublishers.For(Demo).Count > 0),
                ];
                return string.Join(' ', all.Where(a => a.Is).Select(a => a.Name));
            }
        }

        public void Dispose() => Watch.Dispose();
    }
}
