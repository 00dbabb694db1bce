using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Hashgate.Core.Events;
using Hashgate.Proxy.Tests.Bypass;
using Hashgate.Proxy.Tests.Clients;
using Hashgate.Proxy.Tests.Events;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.AccessRules;

/// <summary>Behind a stock nginx that speaks HTTP/1.0 to Hashgate, connects from loopback and tells nothing of its clients.</summary>
[Trait("Needs", "nginx")]
public sealed class NginxTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string?> LargeFromOneMegabyte = new() { ["Files:VerifyFirstBytes"] = "1000000" };

    private FakeIndex _index = null!;
    private RunningHashgate _hashgate = null!;
    private Nginx _nginx = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _hashgate = await RunningHashgate.StartAsync(_index, LargeFromOneMegabyte);
        _nginx = await Nginx.StartAsync(_hashgate.Url);
    }

    public async Task DisposeAsync()
    {
        await _nginx.DisposeAsync();
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_becomes_an_operator_or_a_local_viewer_by_coming_through_it()
    {
        foreach (var path in (string[])["api/v1/events", "api/v1/trust/alpha"])
        {
            using var denied = await _nginx.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, denied.StatusCode);
        }
        var accept = new { filename = "alpha-1.0-py3-none-any.whl", sha256 = new string('a', 64), reason = "because" };
        foreach (var path in (string[])["api/v1/trust/alpha/accept", "api/v1/trust/-/accept", "api/v1/trust/-/restore", "api/v1/trust/-/import"])
        {
            using var denied = await _nginx.Client.PostAsJsonAsync(path, accept);
            Assert.True(denied.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{path}: {denied.StatusCode}");
        }
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _hashgate.AdminToken);
        using var operators = await _nginx.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, operators.StatusCode);
    }

    [Fact]
    public async Task Pages_files_ranges_and_conditions_work_through_it()
    {
        var file = _index.Add(TestWheel.Build("alpha", "1.0", padding: 50_000));
        Assert.Contains(file.Filename, await _nginx.Client.GetStringAsync("simple/alpha/"), StringComparison.Ordinal);
        Assert.Equal(file.Bytes, await _nginx.Client.GetByteArrayAsync(file.Path[1..]));

        using var request = new HttpRequestMessage(HttpMethod.Get, file.Path[1..]);
        request.Headers.Range = new RangeHeaderValue(null, 100);
        using var part = await _nginx.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(file.Bytes[^100..], await part.Content.ReadAsByteArrayAsync());

        using var conditional = new HttpRequestMessage(HttpMethod.Get, file.Path[1..]);
        conditional.Headers.IfNoneMatch.Add(part.Headers.ETag!);
        using var unchanged = await _nginx.Client.SendAsync(conditional);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        using var missingSlash = await _nginx.Client.GetAsync("simple/Alpha");
        Assert.Equal(HttpStatusCode.MovedPermanently, missingSlash.StatusCode);
        Assert.Equal("/simple/alpha/", new Uri(_nginx.Url, missingSlash.Headers.Location!).AbsolutePath);
    }

    [Fact]
    public async Task Refusal_reaches_the_client_with_its_phrase_and_nothing_of_nginxs_address()
    {
        var file = _index.Add(TestWheel.Build("alpha", "1.0"));
        _index.Faults.Always(file.Path, Fault.Tamper());
        using var answer = await _nginx.Client.GetAsync(file.Path[1..]);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.StartsWith("Blocked by Hashgate: hash-mismatch: ", answer.ReasonPhrase, StringComparison.Ordinal);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("1.0")]
    public async Task Large_file_that_fails_its_proof_is_never_a_clean_whole(string version)
    {
        // A whole wheel with junk behind it: whoever took the beginning for the file would install it.
        var file = _index.Add(TestWheel.Build("alpha", version, padding: 2_000_000));
        _index.Faults.Always(file.Path, Fault.Tamper(-5));
        var request = $"GET {file.Path} HTTP/{version}\r\nHost: {_nginx.Url.Authority}\r\nConnection: close\r\n\r\n";
        var answer = await RawClient.SendAsync(_nginx.Url, request);
        if (answer.Status == 200)
        {
            Assert.Equal($"{file.Bytes.Length}", answer["Content-Length"]);
            Assert.True(answer.Body.Length < file.Bytes.Length, "All of it came.");
        }
        else Assert.True(answer.Status is 403 or 502, answer.Text);

        var again = await RawClient.SendAsync(_nginx.Url, request);
        Assert.Equal(403, again.Status);
    }

    [Fact]
    public async Task Client_of_an_older_protocol_gets_a_length_with_every_file()
    {
        foreach (var padding in (int[])[0, 2_000_000])
        {
            var file = _index.Add(TestWheel.Build("alpha" + padding, "1.0", padding));
            var request = $"GET {file.Path} HTTP/1.0\r\n\r\n";
            foreach (var server in (Uri[])[_hashgate.Url, _nginx.Url])
            {
                var answer = await RawClient.SendAsync(server, request);
                Assert.Equal(200, answer.Status);
                Assert.Equal($"{file.Bytes.Length}", answer["Content-Length"]);
                Assert.Equal(file.Bytes, answer.Body);
            }
        }
    }

    [Fact]
    public async Task Events_come_through_it_as_they_happen_and_none_is_lost_across_a_reconnect()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var events = _hashgate.Get<IEventLog>();
        string? last = null;
        var seen = new List<string?>();
        for (var round = 0; round < 3; round++)
        {
            using (var reader = await EventReader.OpenAsync(_nginx.Client, "", last, patience.Token, _hashgate.AdminToken))
            {
                await reader.WhenConnectedAsync(patience.Token);
                // What happened while nobody was connected first.
                while (seen.Count < round * 3) seen.Add(await reader.NextReasonAsync(patience.Token));
                for (var i = 0; i < 2; i++)
                {
                    await RecordAsync((round * 3) + i);
                    seen.Add(await reader.NextReasonAsync(patience.Token));
                }
                last = reader.LastId;
            }
            await RecordAsync((round * 3) + 2);
        }
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}"), seen);

        async Task RecordAsync(int number) => await events.RecordAsync(new Event { Kind = EventKinds.Acted, When = TimeProvider.System.GetUtcNow(), Reason = $"{number}" }, patience.Token);
    }

    [Fact]
    public async Task Pip_installs_through_it_and_reads_why_it_may_not()
    {
        _index.Add(TestWheel.Build("alpha", "1.0", requires: "beta"));
        _index.Add(TestWheel.Build("beta", "1.0", padding: 2_000_000));
        var bad = _index.Add(TestWheel.Build("gamma", "1.0"));
        _index.Faults.Always(bad.Path, Fault.Tamper());
        var large = _index.Add(TestWheel.Build("delta", "1.0", padding: 2_000_000));
        _index.Faults.Always(large.Path, Fault.Tamper());

        using var pip = new Pip(Pip.Debian);
        string[] install = ["install", "--index-url", new Uri(_nginx.Url, "simple/").AbsoluteUri, "--target", pip.Target];
        (await pip.RunAsync([.. install, "alpha"])).Succeeded();
        Assert.Equal("1.0", pip.VersionOf("alpha"));
        Assert.Equal("1.0", pip.VersionOf("beta"));

        var refused = (await pip.RunAsync([.. install, "gamma"])).Failed();
        Assert.Contains("Blocked by Hashgate: hash-mismatch: ", refused.Output, StringComparison.Ordinal);
        Assert.Contains("/why/gamma/1.0", refused.Output, StringComparison.Ordinal);
        Assert.Null(pip.VersionOf("gamma"));

        Assert.NotEqual(0, (await pip.RunAsync([.. install, "delta"])).ExitCode);
        var explained = (await pip.RunAsync([.. install, "delta"])).Failed();
        Assert.Contains("Blocked by Hashgate: hash-mismatch: ", explained.Output, StringComparison.Ordinal);
        Assert.Null(pip.VersionOf("delta"));
    }
}
