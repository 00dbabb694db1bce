using System.Net;
using System.Text.Json;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Running;

public sealed class FirstInstallTests
{
    [Fact]
    public async Task A_page_and_its_file_go_through_and_are_on_record()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var request = new HttpRequestMessage(HttpMethod.Get, "simple/alpha/");
        request.Headers.Accept.ParseAdd("application/vnd.pypi.simple.v1+json");
        using var page = await hashgate.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var entry = JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement.GetProperty("files")[0];
        Assert.Equal(file.Bytes.Length, entry.GetProperty("size").GetInt64());

        var url = new Uri(new Uri(hashgate.Url, "simple/alpha/"), entry.GetProperty("url").GetString());
        Assert.Equal(file.Bytes, await hashgate.Client.GetByteArrayAsync(url));
        Assert.Equal(file.Bytes, await hashgate.Client.GetByteArrayAsync(url));
        Assert.Equal(1, index.Requests.Count(file.Path));
        Assert.Contains(await hashgate.EventsAsync(), e => e.Kind == "first-seen" && e.Count == 1);
    }

    [Fact]
    public async Task A_tampered_file_is_refused_with_the_reason_and_nothing_of_it()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        file.Bytes = [.. file.Bytes[..^1], (byte)(file.Bytes[^1] ^ 1)];
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var answer = await hashgate.Client.GetAsync(file.Path.TrimStart('/'));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.StartsWith("Blocked by Hashgate: hash-mismatch: ", answer.ReasonPhrase, StringComparison.Ordinal);
        Assert.EndsWith($"; see {hashgate.Url}why/alpha/1.0", answer.ReasonPhrase, StringComparison.Ordinal);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("block; rule=hash-mismatch", answer.Headers.GetValues("Hashgate-Verdict").Single());
    }
}
