using System.Net;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Testing;
using static Hashgate.Proxy.Tests.PolicyRules.ProvenanceRig;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>What was learned of publishers outlasts the policy store: what was held stays held, and what isn't known is no approval.</summary>
public sealed class PublishersAwayTests : IAsyncLifetime
{
    private readonly MemoryPolicyStore _store = new();
    private ProvenanceRig _rig = null!;
    private FakeFile _stranger = null!;

    public async Task InitializeAsync()
    {
        _rig = await ProvenanceRig.StartAsync();
        _rig.Store = _store;
        _stranger = _rig.Add("3.0", daysAgo: 5).Publish("mallory/demo");
        // Proven while the rule only told of it: its bytes are in the cache.
        await using var audited = await _rig.RunAsync(("Policy:Rules:provenance:Mode", "audit"));
        foreach (var file in (FakeFile[])[_rig.Old, _rig.New, _stranger]) Assert.Equal(HttpStatusCode.OK, await StatusAsync(audited, file));
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Proven_file_that_was_held_stays_held_after_a_restart_without_the_store()
    {
        _store.Away = true;
        await using var hashgate = await _rig.RunAsync();
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (await StatusAsync(hashgate, _stranger), await StatusAsync(hashgate, _rig.New)));
        Assert.Contains("mallory/demo", await YankAsync(hashgate, _stranger), StringComparison.Ordinal);
        Assert.Null(await YankAsync(hashgate, _rig.New));
    }

    [Fact]
    public async Task Proven_files_whose_publishers_were_never_read_here_are_not_to_be_had_without_the_store()
    {
        Directory.Delete(_rig.Copies, recursive: true);
        _store.Away = true;
        await using (var hashgate = await _rig.RunAsync())
        {
            Assert.Equal((HttpStatusCode.GatewayTimeout, HttpStatusCode.GatewayTimeout), (await StatusAsync(hashgate, _stranger), await StatusAsync(hashgate, _rig.New)));
            // As soon as it is back, each is what it was.
            _store.Away = false;
            _rig.Clock.Advance(TimeSpan.FromMinutes(30));
            Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (await StatusAsync(hashgate, _stranger), await StatusAsync(hashgate, _rig.New)));
        }
        Assert.NotEmpty(Directory.GetFiles(_rig.Copies, "*.json", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Copy_that_was_damaged_is_no_copy()
    {
        foreach (var copy in Directory.GetFiles(_rig.Copies, "*.json", SearchOption.AllDirectories)) await File.WriteAllTextAsync(copy, "{\"Kind\":\"publishers\",\"Id\":\"demo\",\"Json\":\"{\",\"Revision\":1}");
        _store.Away = true;
        await using var hashgate = await _rig.RunAsync();
        Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusAsync(hashgate, _stranger));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Emptied_store_makes_no_stranger_the_first_to_be_trusted(bool whileRunning)
    {
        if (!whileRunning) _store.Flush();
        await using var hashgate = await _rig.RunAsync();
        if (whileRunning) _store.Flush();
        var next = _rig.Add("4.0", daysAgo: 4).Publish("mallory/demo");
        _rig.Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusAsync(hashgate, next));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (await StatusAsync(hashgate, _stranger), await StatusAsync(hashgate, _rig.New)));

        var restored = await hashgate.CallAsync(HttpMethod.Post, "api/v1/policy/restore", new { });
        Assert.Equal((HttpStatusCode.OK, 1), (restored.Status, restored.Body.GetProperty("documents").GetInt32()));
        _rig.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate, next));
        Assert.Contains("acme/demo", (await _store.GetAsync(PolicyDocumentKinds.Publishers, "demo", default))!.Json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lesson_is_not_put_into_a_store_that_lost_the_ones_before()
    {
        await using var hashgate = await _rig.RunAsync();
        var records = hashgate.Get<PublisherRecords>();
        var demo = ProjectName.Parse("demo");
        var known = await records.ReadAsync(demo, default);
        Assert.NotEmpty(known.Trusted);

        // Before the next look at the store could tell of it.
        _store.Flush();
        Assert.Equal(known, await records.ReadAsync(demo, default));
        await Assert.ThrowsAsync<Core.Trust.StoreUnavailableException>(() => records.LearnAsync(demo, [], default));
        Assert.Equal(known, await records.ReadAsync(demo, default));
    }
}
