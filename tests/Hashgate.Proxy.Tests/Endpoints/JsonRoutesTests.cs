using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Endpoints;

/// <summary>What every route of the API that reads JSON has alike.</summary>
public sealed class JsonRoutesTests : IAsyncLifetime
{
    private FakeIndex _index = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _index.Add(TestWheel.Build("alpha", "1.0+it"));
        _hashgate = await RunningHashgate.StartAsync(_index);
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Theory]
    [InlineData("api/v1/flags")]
    [InlineData("api/v1/flags/x/confirm")]
    [InlineData("api/v1/flags/x/dismiss")]
    [InlineData("api/v1/lists/blocklist")]
    [InlineData("api/v1/publishers/alpha/accept")]
    [InlineData("api/v1/trust/alpha/accept")]
    [InlineData("api/v1/trust/-/accept")]
    [InlineData("api/v1/trust/-/restore")]
    [InlineData("api/v1/waivers")]
    public async Task Body_of_another_type_is_415_and_told_what_to_send(string path)
    {
        foreach (var type in (string?[])[null, "text/plain", "application/x-www-form-urlencoded", "text/json"])
        {
            using var answer = await PostAsync(path, type, "{}");
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
            Assert.Contains("Content-Type: application/json", await DetailAsync(answer), StringComparison.Ordinal);
        }
        using var json = await PostAsync(path, "application/json; charset=utf-8", "{}");
        Assert.Contains(json.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.Conflict]);
        Assert.NotEqual("There is nothing at this address.", await DetailAsync(json));
    }

    [Theory]
    [InlineData("api/v1/check?filename=requirements.txt")]
    [InlineData("api/v1/trust/-/import")]
    public async Task File_is_taken_whatever_type_it_is_called(string path)
    {
        foreach (var type in (string?[])[null, "text/plain", "application/octet-stream"])
        {
            using var answer = await PostAsync(path, type, "");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Address_without_a_route_is_404_whatever_is_sent()
    {
        using var answer = await PostAsync("api/v1/nothing", "text/plain", "{}");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Plus_and_apostrophe_are_readable_in_answers_and_problems()
    {
        using (await _hashgate.Client.GetAsync("simple/alpha/")) { }
        var shown = await _hashgate.CallAsync(HttpMethod.Get, "api/v1/trust/alpha");
        Assert.Contains("alpha-1.0+it", shown.Body.GetRawText(), StringComparison.Ordinal);
        var wrong = await _hashgate.CallAsync(HttpMethod.Get, "api/v1/trust/a+b");
        Assert.Contains("'a+b' is no valid project name", wrong.Body.GetRawText(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string? type, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        if (type is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _hashgate.AdminToken);
        return await _hashgate.Client.SendAsync(request);
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return text.Length > 0 && JsonDocument.Parse(text).RootElement.TryGetProperty("detail", out var detail) ? detail.GetString()! : "";
    }
}
