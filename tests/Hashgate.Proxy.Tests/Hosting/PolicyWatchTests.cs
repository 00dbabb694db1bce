using System.Reflection;
using System.Threading.Channels;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Tests.Pages;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Proxy.Tests.Hosting;

/// <summary>What stands in the policy store is in force, and stays so while the store is away.</summary>
public sealed class PolicyWatchTests : IDisposable
{
    private readonly MemoryPolicyStore _store = new();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Load_puts_in_force_what_the_store_has()
    {
        await PutAsync("f1");
        using var replica = new Replica(_store, _directory.Path);
        await replica.Watch.LoadAsync(default);
        Assert.Equal("f1", await replica.AppliedAsync());
        Assert.Empty(replica.Watch.Status);
        Assert.Equal(1, replica.State.Current.Revision);
    }

    [Fact]
    public async Task Change_by_another_is_in_force_after_the_next_look()
    {
        using var replica = new Replica(_store, _directory.Path);
        await replica.StartAsync();
        Assert.Equal("", await replica.AppliedAsync());

        await PutAsync("f1");
        replica.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("f1", await replica.AppliedAsync());
        await replica.Watch.StopAsync(default);
    }

    [Fact]
    public async Task Refresh_puts_a_local_write_in_force_at_once()
    {
        using var replica = new Replica(_store, _directory.Path);
        await replica.Watch.LoadAsync(default);
        await replica.AppliedAsync();

        await PutAsync("f1");
        await replica.Watch.RefreshAsync(default);
        Assert.Equal("f1", await replica.AppliedAsync());
    }

    [Fact]
    public async Task Look_without_a_change_reads_no_documents_and_changes_no_revision()
    {
        await PutAsync("f1");
        using var replica = new Replica(_store, _directory.Path);
        await replica.Watch.LoadAsync(default);
        var (lists, revision) = (_store.Lists, replica.State.Current.Revision);

        await _store.PutAsync(new PolicyDocument("of no part", "x", ""), default);
        await replica.Watch.RefreshAsync(default);
        Assert.Equal((lists, revision), (_store.Lists, replica.State.Current.Revision));
    }

    [Fact]
    public async Task Store_that_goes_away_leaves_everything_in_force_and_is_told()
    {
        await PutAsync("f1");
        using var replica = new Replica(_store, _directory.Path);
        await replica.StartAsync();
        await replica.AppliedAsync();

        _store.Away = true;
        await replica.Watch.RefreshAsync(default);
        Assert.Contains("taken away", Assert.Single(replica.Watch.Status), StringComparison.Ordinal);
        Assert.Contains("as this replica last read them", replica.Watch.Status[0], StringComparison.Ordinal);
        Assert.Equal(1, replica.State.Current.Revision);

        _store.Away = false;
        await PutAsync("f2");
        replica.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("f1,f2", await replica.AppliedAsync());
        await replica.Watch.RefreshAsync(default);
        Assert.Empty(replica.Watch.Status);
        await replica.Watch.StopAsync(default);
    }

    [Fact]
    public async Task Start_without_the_store_goes_by_what_this_replica_read_last()
    {
        await PutAsync("f1");
        using (var before = new Replica(_store, _directory.Path)) await before.Watch.LoadAsync(default);

        _store.Away = true;
        using var after = new Replica(_store, _directory.Path);
        await after.Watch.LoadAsync(default);
        Assert.Equal("f1", await after.AppliedAsync());
        Assert.Contains("as this replica last read them", Assert.Single(after.Watch.Status), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("[{\"Kind\":\"fl")]
    public async Task Start_with_neither_store_nor_copy_says_that_policy_documents_are_unknown(string? copy)
    {
        if (copy is not null) await File.WriteAllTextAsync(Path.Combine(_directory.Path, "flag.json"), copy);
        _store.Away = true;
        using var replica = new Replica(_store, _directory.Path);
        await replica.Watch.LoadAsync(default);
        Assert.EndsWith("none of them is in force: flag", Assert.Single(replica.Watch.Status), StringComparison.Ordinal);
        Assert.Equal(0, replica.State.Current.Revision);
    }

    [Fact]
    public async Task Store_that_is_emptied_while_it_is_read_takes_nothing_out_of_force()
    {
        await PutAsync("f1");
        var calls = new CallCounts();
        var port = DispatchProxy.Create<IPolicyStore, CountingPort<IPolicyStore>>();
        ((CountingPort<IPolicyStore>)(object)port).Stand(_store, calls);
        using var replica = new Replica(port, _directory.Path);
        await replica.Watch.LoadAsync(default);
        Assert.Equal("f1", await replica.AppliedAsync());

        await PutAsync("f2");
        calls.OnCall = call => { if (call == "IPolicyStore.ListAsync") _store.Flush(); };
        await replica.Watch.RefreshAsync(default);
        Assert.Equal(1, replica.State.Current.Revision);

        calls.OnCall = static _ => { };
        await replica.Watch.RefreshAsync(default);
        Assert.Equal("f1", await replica.AppliedAsync());
        Assert.Contains("was emptied", Assert.Single(replica.Watch.Status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_that_cannot_be_written_changes_nothing_else()
    {
        await PutAsync("f1");
        var file = Path.Combine(_directory.Path, "not a directory");
        await File.WriteAllTextAsync(file, "");
        using var replica = new Replica(_store, file);
        await replica.Watch.LoadAsync(default);
        Assert.Equal("f1", await replica.AppliedAsync());
        Assert.Empty(replica.Watch.Status);
    }

    private async Task PutAsync(string id) => Assert.True(await _store.PutAsync(new PolicyDocument("flag", id, "{}"), default));

    private sealed class Replica : IPolicyPart, IDisposable
    {
        private readonly Channel<string> _applied = Channel.CreateUnbounded<string>();

        public Replica(IPolicyStore store, string directory) =>
            Watch = new PolicyWatch(
                new GuardedPolicyStore(store), State, [this], new PolicyCopy(directory, NullLogger<PolicyCopy>.Instance), new MemoryPublisherCopies(), new MemoryEventLog(), Time, NullLogger<PolicyWatch>.Instance);

        public PolicyState State { get; } = new();
        public ManualTimeProvider Time { get; } = new();
        public PolicyWatch Watch { get; }

        public string Kind => "flag";

        public PolicyInputs Apply(PolicyInputs inputs, IReadOnlyList<PolicyDocument> documents)
        {
            Assert.True(_applied.Writer.TryWrite(string.Join(',', documents.Select(d => d.Id))));
            return inputs with { };
        }

        public bool IsAllowance(PolicyDocument document) => false;

        /// <summary>The ids of the documents that were put in force next.</summary>
        public async Task<string> AppliedAsync() => await _applied.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        public async Task StartAsync()
        {
            await Watch.LoadAsync(default);
            await Watch.StartAsync(default);
        }

        public void Dispose() => Watch.Dispose();
    }
}
