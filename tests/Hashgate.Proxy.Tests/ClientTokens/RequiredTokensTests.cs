using System.Net;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Tests.Access;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.AspNetCore.Routing;

namespace Hashgate.Proxy.Tests.ClientTokens;

public sealed class RequiredTokensTests(RequiredTokens required) : IClassFixture<RequiredTokens>
{
    /// <summary>What stays open: nothing of any file is told there.</summary>
    private static readonly string[] Open =
        ["GET /", "GET /healthz", "GET /readyz", "GET /metrics", "GET /dashboard/assets/{file}", "GET /dashboard/theme", "GET /dashboard/sign-in", "POST /dashboard/sign-in", " {**path}"];

    private RunningHashgate Hashgate => required.Hashgate;

    [Fact]
    public async Task Every_route_without_a_role_is_closed_or_on_the_list_of_those_that_stay_open()
    {
        var routes = Hashgate.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<RequiredRole>() is null).ToArray();
        Assert.True(routes.Length > 15);
        foreach (var route in routes)
        {
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var path = string.Join('/', route.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "alpha"))));
                using var answer = await Hashgate.SendAsync(new HttpMethod(method), path);
                var name = $"{string.Join('|', route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])} {route.RoutePattern.RawText}";
                Assert.True(Open.Contains(name) == (answer.StatusCode != HttpStatusCode.Unauthorized), $"{name}: {method} {path} was answered {(int)answer.StatusCode}");
            }
        }
    }

    [Theory]
    [InlineData("simple/alpha/")]
    [InlineData("Simple/alpha/")]
    [InlineData("simple/alpha")]
    [InlineData("simple/Alpha/")]
    [InlineData("simple/alpha/?format=application/vnd.pypi.simple.v1%2Bjson")]
    [InlineData("simple/")]
    [InlineData("pypi/alpha/json")]
    [InlineData("PyPI/alpha/json")]
    [InlineData("pypi/alpha/1.0/json")]
    [InlineData("integrity/alpha/1.0/alpha-1.0-py3-none-any.whl/provenance")]
    [InlineData("why/alpha")]
    [InlineData("WHY/alpha/1.0")]
    [InlineData("{file}")]
    [InlineData("{file}.metadata")]
    [InlineData("files/pypi{file}")]
    public async Task Nothing_is_read_without_a_token_and_all_of_it_with_one(string address)
    {
        var path = address.Replace("{file}", required.File.Path, StringComparison.Ordinal);
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            using var refused = await Hashgate.SendAsync(method, path);
            // Some have no HEAD, for anybody.
            if (method == HttpMethod.Head && refused.StatusCode == HttpStatusCode.NotFound) continue;
            Assert.Equal((HttpStatusCode.Unauthorized, "Hashgate: This index needs a token."), (refused.StatusCode, refused.ReasonPhrase));
            Assert.Equal("Basic realm=\"Hashgate\"", refused.Headers.WwwAuthenticate.ToString());
            Assert.Equal("no-store", refused.Headers.CacheControl?.ToString());
            using var answered = await Hashgate.SendAsync(method, path, TokenCalls.Header(required.Token));
            Assert.NotEqual(HttpStatusCode.Unauthorized, answered.StatusCode);
        }
    }

    [Fact]
    public async Task Page_and_file_come_as_they_are_to_whoever_has_a_token()
    {
        using var page = await Hashgate.GetAsync("simple/alpha/", TokenCalls.Header(required.Token), "Accept: " + Gets.Json);
        Assert.Contains(required.File.Filename, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var file = await Hashgate.GetAsync(required.File.Path, TokenCalls.Header(required.Token));
        Assert.Equal(required.File.Bytes, await file.Content.ReadAsByteArrayAsync());
        using var unchanged = await Hashgate.GetAsync("simple/alpha/", TokenCalls.Header(required.Token), "Accept: " + Gets.Json, "If-None-Match: " + page.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        using var guessed = await Hashgate.GetAsync("simple/alpha/", "Accept: " + Gets.Json, "If-None-Match: " + page.Headers.ETag);
        Assert.Equal(HttpStatusCode.Unauthorized, guessed.StatusCode);
    }

    [Fact]
    public async Task Refusal_says_what_to_do()
    {
        using var answer = await Hashgate.GetAsync("simple/alpha/");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("This index needs a token. Use the index URL https://__token__:hg_...@host/simple/; for a token ask it@example.org.", problem.RootElement.Detail());
    }

    [Fact]
    public async Task Operator_s_token_is_no_client_token_and_the_other_way_round()
    {
        foreach (var header in (string[])["Authorization: Bearer " + Tokens.Bob, TokenCalls.Header(Tokens.Bob), "Authorization: Bearer " + required.Token])
        {
            using var refused = await Hashgate.GetAsync("simple/alpha/", header, "X-Forwarded-For: 192.0.2.1");
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        foreach (var header in (string[])[TokenCalls.Header(required.Token), "Authorization: Bearer " + required.Token])
        {
            foreach (var path in (string[])["api/v1/events", "api/v1/tokens/"])
            {
                using var refused = await Hashgate.GetAsync(path, header);
                Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"hashgate\""), (refused.StatusCode, refused.Headers.WwwAuthenticate.ToString()));
            }
        }
    }

    [Fact]
    public async Task Why_opens_to_a_token_and_to_whoever_may_view()
    {
        using var viewer = new Browser(Hashgate);
        await viewer.SignInAsync(Tokens.Ann);
        Assert.Equal(200, await viewer.StatusAsync("why/alpha/1.0", "Accept: text/html"));
        foreach (var header in (string[])[TokenCalls.Header(required.Token), "Authorization: Bearer " + Tokens.Ann])
        {
            using var page = await Hashgate.GetAsync("why/alpha/1.0", header, "Accept: text/html");
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        }
        using var refused = await Hashgate.GetAsync("why/alpha/1.0", "Accept: text/html");
        Assert.Equal((HttpStatusCode.Unauthorized, "text/html"), (refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
        Assert.Equal("Basic realm=\"Hashgate\"", refused.Headers.WwwAuthenticate.ToString());
        Assert.Contains("<a href=\"../../dashboard/sign-in\">", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lock_file_is_checked_for_a_token_and_for_whoever_may_view()
    {
        foreach (var (header, status) in ((string?, HttpStatusCode)[])[(null, HttpStatusCode.Unauthorized), (TokenCalls.Header(required.Token), HttpStatusCode.OK), ("Authorization: Bearer " + Tokens.Ann, HttpStatusCode.OK)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/check") { Content = new StringContent("alpha==1.0\n") };
            if (header is not null) request.Headers.TryAddWithoutValidation("Authorization", header["Authorization: ".Length..]);
            using var answer = await Hashgate.Client.SendAsync(request);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Revoked_token_ends_at_once_and_is_told_from_a_mistyped_one()
    {
        var (id, token) = await Hashgate.MakeTokenAsync("leaving", admin: Tokens.Bob);
        Assert.Equal((HttpStatusCode.OK, "OK"), await ReadAsync(token, "192.0.2.2"));
        Assert.Equal(HttpStatusCode.NoContent, (await Hashgate.CallAsync(HttpMethod.Delete, $"api/v1/tokens/{id}?reason=left", token: Tokens.Bob)).Status);
        Assert.Equal((HttpStatusCode.Unauthorized, "Hashgate: The token is not in force: it was revoked, or is another server's."), await ReadAsync(token, "192.0.2.2"));
        Assert.Equal((HttpStatusCode.Unauthorized, "Hashgate: The token is mistyped, or a part of it is missing."), await ReadAsync(token[..^1], "192.0.2.2"));
        Assert.Equal((HttpStatusCode.Unauthorized, "Hashgate: This index needs a token of its own, and what was sent is none."), await ReadAsync(null, "192.0.2.2", "Authorization: Basic YWRhOnNlY3JldA=="));
        Assert.Equal(HttpStatusCode.NotFound, (await Hashgate.CallAsync(HttpMethod.Delete, $"api/v1/tokens/{id}", token: Tokens.Bob)).Status);

        var events = await Hashgate.EventsAsync();
        var revoked = Assert.Single(events, e => e.Kind == EventKinds.TokenRevoked && e.Reason!.Contains(id, StringComparison.Ordinal));
        Assert.Equal(("bob", $"revoked the token leaving ({id}) that bob made; because left"), (revoked.Actor, revoked.Reason));
        Assert.Contains(events, e => e.Kind == EventKinds.TokenCreated && e.Actor == "bob" && e.Reason == $"made the token leaving ({id}), without end");
    }

    [Fact]
    public async Task Wrong_token_is_an_event_that_names_the_client_and_never_the_token()
    {
        var wrong = TokenText.Create();
        await ReadAsync(wrong, "192.0.2.3");
        await ReadAsync(wrong[..^1], "192.0.2.4");
        var events = await Hashgate.EventsAsync();
        var refused = events.Where(e => e is { Kind: EventKinds.TokenRefused, Client: "192.0.2.3" or "192.0.2.4" }).ToArray();
        Assert.Equal(["192.0.2.3", "192.0.2.4"], refused.Select(e => e.Client).Order(StringComparer.Ordinal));
        Assert.All(events, e => Assert.DoesNotContain("hg_", e.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(events, e => e.Kind == EventKinds.TokenRefused && e.Reason == "This index needs a token.");
    }

    [Fact]
    public async Task Client_with_too_many_wrong_tokens_is_told_to_wait_and_right_ones_from_there_are_taken()
    {
        for (var i = 0; i < TokenRefusals.PerClient; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await ReadAsync(TokenText.Create(), "192.0.2.5")).Status);
        using var limited = await Hashgate.GetAsync("simple/alpha/", TokenCalls.Header(TokenText.Create()), "X-Forwarded-For: 192.0.2.5");
        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.InRange(limited.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await ReadAsync(required.Token, "192.0.2.5")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ReadAsync(TokenText.Create(), "192.0.2.6")).Status);
        // Who sends none tries nothing.
        Assert.Equal(HttpStatusCode.Unauthorized, (await ReadAsync(null, "192.0.2.5")).Status);
        var metrics = await Hashgate.Client.GetStringAsync("metrics");
        Assert.Contains("hashgate_client_token_refusals_total{reason=\"limited\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nhashgate_client_tokens ", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Event_of_a_refused_file_names_the_token()
    {
        var bad = required.Index.Add(TestWheel.Build("gamma", "1.0"));
        required.Index.Faults.Always(bad.Path, Fault.Tamper());
        using var answer = await Hashgate.GetAsync(bad.Path, TokenCalls.Header(required.Token));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("token ci", Assert.Single(await Hashgate.EventsAsync(), e => e.Kind == EventKinds.Blocked && e.Filename == bad.Filename).Actor);
    }

    [Fact]
    public async Task Token_goes_to_no_upstream_and_redirects_stay_here()
    {
        foreach (var path in (string[])["simple/alpha/", "pypi/alpha/json", "simple/", required.File.Path, "why/alpha"])
        {
            using var answer = await Hashgate.GetAsync(path, TokenCalls.Header(required.Token));
        }
        Assert.NotEmpty(required.Index.Requests.All);
        Assert.All(required.Index.Requests.All, request => Assert.Null(request["Authorization"]));
        foreach (var path in (string[])["simple/alpha", "simple/ALPHA/"])
        {
            using var redirect = await Hashgate.GetAsync(path, TokenCalls.Header(required.Token), "Host: elsewhere.example");
            Assert.Equal((HttpStatusCode.MovedPermanently, "/simple/alpha/"), (redirect.StatusCode, redirect.Headers.Location?.OriginalString));
        }
    }

    [Fact]
    public async Task Front_page_shows_where_the_token_goes()
    {
        using var page = await Hashgate.GetAsync("");
        Assert.Contains("://__token__:&lt;token&gt;@", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, string? Phrase)> ReadAsync(string? token, string client, params string[] headers)
    {
        using var answer = await Hashgate.GetAsync("simple/alpha/", [.. headers, .. token is null ? Array.Empty<string>() : [TokenCalls.Header(token)], "X-Forwarded-For: " + client]);
        return (answer.StatusCode, answer.ReasonPhrase);
    }
}
