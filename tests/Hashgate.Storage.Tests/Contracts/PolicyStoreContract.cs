using Hashgate.Core.Policy;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>What every <see cref="IPolicyStore"/> does. Each test has a store of its own.</summary>
public abstract class PolicyStoreContract : IAsyncLifetime
{
    protected IPolicyStore Store { get; private set; } = null!;

    /// <summary>Opens an empty store.</summary>
    protected abstract Task<IPolicyStore> OpenAsync();

    /// <summary>Another client of the same store, as another process would have it.</summary>
    protected abstract Task<IPolicyStore> OpenAnotherAsync();

    protected abstract Task CloseAsync();

    public async Task InitializeAsync() => Store = await OpenAsync();

    public Task DisposeAsync() => CloseAsync();

    [Fact]
    public async Task Empty_store_has_no_kinds_and_no_documents()
    {
        Assert.Empty((await Store.GetStateAsync(default)).Versions);
        Assert.Empty(await Store.ListAsync("flag", default));
        Assert.Null(await Store.GetAsync("flag", "f1", default));
    }

    [Theory]
    [InlineData("f1", "{}")]
    [InlineData("a/b c'\"; DROP TABLE documents; --", "{\"reason\":\"<script>é\\u0000\"}")]
    [InlineData("\u202eé\r\n{x}", "\u2028 not even JSON 日本")]
    public async Task Put_new_document_is_read_back_by_every_client(string id, string json)
    {
        Assert.True(await Store.PutAsync(new PolicyDocument("flag", id, json), default));

        var other = await OpenAnotherAsync();
        var read = await other.GetAsync("flag", id, default);
        Assert.Equal(("flag", id, json), (read!.Kind, read.Id, read.Json));
        Assert.True(read.Revision > 0);
        Assert.Equal([read], await other.ListAsync("flag", default));
    }

    [Fact]
    public async Task Document_of_the_largest_id_and_a_long_text_is_kept()
    {
        var document = new PolicyDocument("flag", new string('é', 600), new string('x', 300_000));
        Assert.True(await Store.PutAsync(document, default));
        Assert.Equal(document.Json, (await Store.GetAsync("flag", document.Id, default))!.Json);
    }

    [Fact]
    public async Task Put_new_document_where_one_is_changes_nothing()
    {
        await Store.PutAsync(new PolicyDocument("flag", "f1", "first"), default);
        Assert.False(await Store.PutAsync(new PolicyDocument("flag", "f1", "second"), default));
        Assert.Equal("first", (await Store.GetAsync("flag", "f1", default))!.Json);
    }

    [Fact]
    public async Task Put_over_what_was_read_replaces_it_once()
    {
        var read = await PutAsync("flag", "f1", "first");
        Assert.True(await Store.PutAsync(read with { Json = "second" }, default));
        Assert.False(await Store.PutAsync(read with { Json = "third" }, default));

        var now = await Store.GetAsync("flag", "f1", default);
        Assert.Equal("second", now!.Json);
        Assert.True(now.Revision > read.Revision);
    }

    [Fact]
    public async Task Put_over_a_document_that_is_gone_changes_nothing()
    {
        var read = await PutAsync("flag", "f1", "first");
        Assert.True(await Store.RemoveAsync(read, default));
        Assert.False(await Store.PutAsync(read with { Json = "second" }, default));
        Assert.Null(await Store.GetAsync("flag", "f1", default));
    }

    [Fact]
    public async Task Put_after_a_removal_is_not_taken_for_the_removed_one()
    {
        var first = await PutAsync("flag", "f1", "first");
        await Store.RemoveAsync(first, default);
        var second = await PutAsync("flag", "f1", "second");

        Assert.NotEqual(first.Revision, second.Revision);
        Assert.False(await Store.PutAsync(first with { Json = "third" }, default));
        Assert.False(await Store.RemoveAsync(first, default));
    }

    [Fact]
    public async Task Remove_takes_away_what_was_read_and_nothing_newer()
    {
        var read = await PutAsync("flag", "f1", "first");
        await Store.PutAsync(read with { Json = "second" }, default);
        Assert.False(await Store.RemoveAsync(read, default));

        Assert.True(await Store.RemoveAsync((await Store.GetAsync("flag", "f1", default))!, default));
        Assert.Empty(await Store.ListAsync("flag", default));
        Assert.False(await Store.RemoveAsync(read, default));
    }

    [Fact]
    public async Task Remove_document_that_was_never_stored_changes_nothing()
    {
        Assert.False(await Store.RemoveAsync(new PolicyDocument("flag", "f1", ""), default));
        Assert.Empty((await Store.GetStateAsync(default)).Versions);
    }

    [Fact]
    public async Task Version_of_a_kind_grows_with_every_change_and_with_no_other()
    {
        await PutAsync("waiver", "w1", "");
        var seen = new List<long>();
        async Task LookAsync() => seen.Add((await Store.GetStateAsync(default)).Versions.GetValueOrDefault("flag"));

        await LookAsync();
        var first = await PutAsync("flag", "f1", "first");
        await LookAsync();
        await Store.PutAsync(first with { Json = "second" }, default);
        await LookAsync();
        await Store.RemoveAsync((await Store.GetAsync("flag", "f1", default))!, default);
        await LookAsync();
        Assert.Equal(seen.Distinct().Order(), seen);
        Assert.Equal(0, seen[0]);

        await Store.PutAsync(first, default);
        await Store.RemoveAsync(first, default);
        await PutAsync("waiver", "w2", "");
        Assert.Equal(seen[^1], (await Store.GetStateAsync(default)).Versions["flag"]);
    }

    [Fact]
    public async Task Kinds_keep_documents_of_one_id_apart()
    {
        await PutAsync("flag", "same", "a flag");
        var waiver = await PutAsync("waiver", "same", "a waiver");
        Assert.True(await Store.RemoveAsync(waiver, default));
        Assert.Equal("a flag", Assert.Single(await Store.ListAsync("flag", default)).Json);
    }

    [Fact]
    public async Task Many_who_change_one_document_lose_no_change()
    {
        await PutAsync("flag", "f1", "0");
        var other = await OpenAnotherAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => CountAsync(i % 2 == 0 ? Store : other, 5))));
        Assert.Equal("40", (await Store.GetAsync("flag", "f1", default))!.Json);
    }

    [Fact]
    public async Task List_gives_every_document_once_by_id()
    {
        var ids = Enumerable.Range(0, 500).Select(i => $"f{i:d4}").ToArray();
        foreach (var id in ids.Reverse()) await Store.PutAsync(new PolicyDocument("flag", id, id), default);
        Assert.Equal(ids, (await Store.ListAsync("flag", default)).Select(d => d.Id));
    }

    [Fact]
    public async Task Identity_is_given_once_and_told_to_every_client()
    {
        Assert.Null((await Store.GetStateAsync(default)).Identity);
        Assert.Equal("one", (await Store.InitializeAsync("one", default)).Identity);
        var other = await OpenAnotherAsync();
        Assert.Equal("one", (await other.InitializeAsync("two", default)).Identity);
        Assert.Equal("one", (await other.GetStateAsync(default)).Identity);
    }

    [Fact]
    public async Task Sequence_grows_by_one_with_each_change_of_any_kind()
    {
        await Store.InitializeAsync("one", default);
        Assert.Equal(0, (await Store.GetStateAsync(default)).Sequence);
        var read = await PutAsync("flag", "f1", "");
        await PutAsync("waiver", "w1", "");
        await Store.RemoveAsync(read, default);
        Assert.Equal(3, (await Store.GetStateAsync(default)).Sequence);
    }

    [Fact]
    public async Task Set_state_raises_versions_lowers_none_and_touches_no_document()
    {
        await Store.InitializeAsync("one", default);
        var read = await PutAsync("flag", "f1", "first");
        await PutAsync("waiver", "w1", "");
        await Store.SetStateAsync(new PolicyStoreState(PolicyStoreState.Restoring, new Dictionary<string, long> { ["flag"] = 50, ["waiver"] = 0, ["new"] = 7 }), default);
        Assert.Equal(PolicyStoreState.Restoring, (await Store.InitializeAsync("never", default)).Identity);

        await Store.SetStateAsync(new PolicyStoreState("two", new Dictionary<string, long>()) { Predecessors = ["one", "zero"] }, default);
        var state = await (await OpenAnotherAsync()).GetStateAsync(default);
        Assert.Equal(("two", 50, 1, 7), (state.Identity, state.Versions["flag"], state.Versions["waiver"], state.Versions["new"]));
        Assert.Equal(["one", "zero"], state.Predecessors);
        Assert.Equal(read, await Store.GetAsync("flag", "f1", default));
        Assert.True(await Store.PutAsync(read with { Json = "second" }, default));
        Assert.Equal(51, (await Store.GetAsync("flag", "f1", default))!.Revision);
    }

    private async Task<PolicyDocument> PutAsync(string kind, string id, string json)
    {
        Assert.True(await Store.PutAsync(new PolicyDocument(kind, id, json), default));
        return (await Store.GetAsync(kind, id, default))!;
    }

    private static async Task CountAsync(IPolicyStore store, int times)
    {
        for (var done = 0; done < times;)
        {
            var read = (await store.GetAsync("flag", "f1", default))!;
            if (await store.PutAsync(read with { Json = $"{int.Parse(read.Json, System.Globalization.CultureInfo.InvariantCulture) + 1}" }, default)) done++;
        }
    }
}
