using System.Net;
using System.Text;
using System.Text.Json;
using Hashgate.Core.Policy;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Tests.Dashboard;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.ClientTokens;

public sealed class ClientTokenTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Without_the_setting_no_header_is_looked_at_and_tokens_can_be_made_beforehand()
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await StartAsync(index, "off");
        await hashgate.MakeTokenAsync();
        foreach (var header in (string[])[TokenCalls.Header("nonsense"), TokenCalls.Header(TokenText.Create()), "Authorization: Bearer nonsense"])
        {
            using var page = await hashgate.GetAsync("simple/alpha/", header);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        }
    }

    [Fact]
    public async Task Optional_tokens_must_be_in_force_where_they_are_sent()
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await StartAsync(index, "optional");
        var (_, token) = await hashgate.MakeTokenAsync("ci", _time.GetUtcNow().AddDays(1));
        foreach (var path in (string[])["simple/alpha/", "why/alpha"])
        {
            Assert.Equal(200, await StatusAsync(hashgate, path));
            Assert.Equal(200, await StatusAsync(hashgate, path, TokenCalls.Header(token)));
            Assert.Equal(200, await StatusAsync(hashgate, path, "Authorization: Basic YWRhOnNlY3JldA=="));
            Assert.Equal(401, await StatusAsync(hashgate, path, TokenCalls.Header(TokenText.Create()), "Via: a proxy"));
        }
        _time.Advance(TimeSpan.FromDays(1));
        using var expired = await hashgate.GetAsync("simple/alpha/", TokenCalls.Header(token));
        Assert.Equal((HttpStatusCode.Unauthorized, "Hashgate: The token expired on 2026-11-02."), (expired.StatusCode, expired.ReasonPhrase));
    }

    [Fact]
    public async Task Why_opens_to_everyone_where_the_settings_say_so()
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await StartAsync(index, "required", ("Access:OpenWhy", "true"));
        Assert.Equal((200, 401), (await StatusAsync(hashgate, "why/alpha", "Via: a proxy"), await StatusAsync(hashgate, "simple/alpha/", "Via: a proxy")));
    }

    [Theory]
    [InlineData(null, null, "label is missing: say whom or what the token is for.")]
    [InlineData("  ", null, "label is missing: say whom or what the token is for.")]
    [InlineData("a\u202eb", null, "label has a character that can't be seen.")]
    [InlineData("long", null, "label is longer than 100 characters.")]
    [InlineData("ci", "2026-11-01T12:00:00Z", "expires must be in the future.")]
    public async Task Wrong_request_makes_no_token(string? label, string? expires, string why)
    {
        await using var hashgate = await StartAsync(null, "required");
        var (status, answer) = await hashgate.CallAsync(HttpMethod.Post, "api/v1/tokens/", new { label = label == "long" ? new string('x', 101) : label, expires });
        Assert.Equal((HttpStatusCode.BadRequest, why), (status, answer.Detail()));
        Assert.Empty((await hashgate.CallAsync(HttpMethod.Get, "api/v1/tokens/")).Body.GetProperty("tokens").EnumerateArray());
    }

    [Fact]
    public async Task Only_its_digest_is_kept_and_its_last_use_to_the_hour()
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await StartAsync(index, "required");
        var (id, token) = await hashgate.MakeTokenAsync("ci", _time.GetUtcNow().AddDays(30));
        var store = hashgate.Get<IPolicyStore>();
        var document = Assert.Single(await store.ListAsync(PolicyDocumentKinds.ClientToken, default));
        Assert.Contains(Core.Packaging.Sha256Digest.Of(Encoding.ASCII.GetBytes(token)).ToString(), document.Json, StringComparison.Ordinal);
        Assert.DoesNotContain("hg_", document.Json, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await RowAsync(hashgate)).GetProperty("lastUsed").ValueKind);

        await StatusAsync(hashgate, "simple/alpha/", TokenCalls.Header(token));
        Assert.Equal(_time.GetUtcNow(), (await RowAsync(hashgate)).GetProperty("lastUsed").GetDateTimeOffset());
        var uses = hashgate.Get<TokenUses>();
        await uses.WriteAsync(default);
        var first = await store.GetAsync(PolicyDocumentKinds.ClientTokenUse, id, default);
        Assert.NotNull(first);

        // Within the hour nothing is written, however often it is used.
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(10));
            await StatusAsync(hashgate, "simple/alpha/", TokenCalls.Header(token));
            await uses.WriteAsync(default);
        }
        Assert.Equal(first, await store.GetAsync(PolicyDocumentKinds.ClientTokenUse, id, default));
        _time.Advance(TimeSpan.FromMinutes(10));
        await StatusAsync(hashgate, "simple/alpha/", TokenCalls.Header(token));
        await uses.WriteAsync(default);
        Assert.Equal(_time.GetUtcNow(), (await uses.ReadAsync(default))[id]);

        Assert.Equal(HttpStatusCode.NoContent, (await hashgate.CallAsync(HttpMethod.Delete, "api/v1/tokens/" + id)).Status);
        Assert.Empty(await uses.ReadAsync(default));
    }

    [Fact]
    public async Task Tokens_that_are_known_go_on_while_their_store_is_in_doubt_and_others_count_for_nothing()
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        string known, later;
        (string Id, string Token) revoked;
        await using (var hashgate = await StartAsync(index, "required")) (known, revoked) = ((await hashgate.MakeTokenAsync("known")).Token, await hashgate.MakeTokenAsync("revoked"));
        var older = await File.ReadAllBytesAsync(PolicyFile);
        await using (var hashgate = await StartAsync(index, "required"))
        {
            Assert.Equal(200, await StatusAsync(hashgate, "simple/alpha/", TokenCalls.Header(revoked.Token)));
            Assert.Equal(HttpStatusCode.NoContent, (await hashgate.CallAsync(HttpMethod.Delete, "api/v1/tokens/" + revoked.Id)).Status);
            later = (await hashgate.MakeTokenAsync("later")).Token;
        }

        foreach (var store in (byte[]?[])[older, null])
        {
            foreach (var file in Directory.GetFiles(_data.Path, "policy.db*")) File.Delete(file);
            if (store is not null) await File.WriteAllBytesAsync(PolicyFile, store);
            await using var hashgate = await StartAsync(index, "required");
            Assert.Equal((200, 200), (await StatusAsync(hashgate, "simple/alpha/", TokenCalls.Header(known)), await StatusAsync(hashgate, "simple/alpha/", TokenCalls.Header(later))));
            Assert.Equal(401, await StatusAsync(hashgate, "simple/alpha/", TokenCalls.Header(revoked.Token)));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await hashgate.CallAsync(HttpMethod.Post, "api/v1/tokens/", new { label = "new" })).Status);
        }
    }

    [Fact]
    public async Task Dashboard_makes_a_token_shows_it_once_and_revokes_it()
    {
        await using var hashgate = await StartAsync(null, "required");
        var empty = await hashgate.OpenAsOperatorAsync("dashboard/tokens");
        Assert.Equal(("Client tokens", "Tokens"), (empty.TextOf("main h1"), empty.TextOf("nav [aria-current=page]")));

        using var answer = await PostAsync(hashgate, "dashboard/tokens", ("label", "<b>Build & test</b>"), ("days", "7"));
        Assert.Equal((HttpStatusCode.OK, "no-store"), (answer.StatusCode, answer.Headers.CacheControl?.ToString()));
        var made = await DashboardCalls.ReadAsync(answer);
        var token = made.TextOf("#token");
        Assert.True(TokenText.IsWhole(Encoding.ASCII.GetBytes(token)), token);
        Assert.Equal(TokenState.InForce, hashgate.Get<TokensInForce>().Check(TokensInForce.HeaderOf(token)).State);

        var page = await hashgate.OpenAsOperatorAsync("dashboard/tokens");
        Assert.DoesNotContain(token, page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Contains("<b>Build & test</b>", page.TextOf("tbody th"), StringComparison.Ordinal);
        var viewed = await hashgate.OpenAsync("dashboard/tokens");
        Assert.Empty(viewed.QuerySelectorAll("main form"));

        var id = page.QuerySelector("input[name=id]")!.GetAttribute("value")!;
        using var unexplained = await PostAsync(hashgate, "dashboard/act/revoke-token", ("id", id));
        Assert.Equal(HttpStatusCode.BadRequest, unexplained.StatusCode);
        using var revoked = await PostAsync(hashgate, "dashboard/act/revoke-token", ("id", id), ("reason", "no need"), ("return", "/dashboard/tokens"));
        Assert.Equal((HttpStatusCode.SeeOther, "../../dashboard/tokens?done=token-revoked"), (revoked.StatusCode, revoked.Headers.Location?.OriginalString));
        Assert.Equal(TokenState.Unknown, hashgate.Get<TokensInForce>().Check(TokensInForce.HeaderOf(token)).State);
    }

    private string PolicyFile => Path.Combine(_data.Path, "policy.db");

    private Task<RunningHashgate> StartAsync(FakeIndex? index, string mode, params (string Key, string? Value)[] more) => RunningHashgate.StartAsync(
        index, more.Append(("Access:ClientTokens", mode)).Append(("Policy:Rules:minimum-age:Mode", "off")).ToDictionary(s => s.Item1, s => s.Item2), _data.Path, _time);

    private static async Task<int> StatusAsync(RunningHashgate hashgate, string path, params string[] headers)
    {
        using var answer = await hashgate.GetAsync(path, headers);
        return (int)answer.StatusCode;
    }

    private static async Task<JsonElement> RowAsync(RunningHashgate hashgate) =>
        Assert.Single((await hashgate.CallAsync(HttpMethod.Get, "api/v1/tokens/")).Body.GetProperty("tokens").EnumerateArray());

    private static async Task<HttpResponseMessage> PostAsync(RunningHashgate hashgate, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + hashgate.AdminToken);
        return await hashgate.Client.SendAsync(request);
    }
}
