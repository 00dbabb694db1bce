using System.Net;
using System.Net.Http.Headers;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.FilesServed;

/// <summary>Requests with a header or two, through a client that changes nothing.</summary>
internal static class Gets
{
    public const string Json = "application/vnd.pypi.simple.v1+json";

    /// <summary>A request with headers as they are written ("Name: value").</summary>
    public static async Task<HttpResponseMessage> SendAsync(this RunningHashgate hashgate, HttpMethod method, string path, params string[] headers)
    {
        using var request = new HttpRequestMessage(method, path.TrimStart('/'));
        foreach (var header in headers)
        {
            var parts = header.Split(": ", 2);
            Assert.True(request.Headers.TryAddWithoutValidation(parts[0], parts[1]));
        }
        return await hashgate.Client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> GetAsync(this RunningHashgate hashgate, string path, params string[] headers) =>
        hashgate.SendAsync(HttpMethod.Get, path, headers);

    public static Task<HttpResponseMessage> HeadAsync(this RunningHashgate hashgate, string path, params string[] headers) =>
        hashgate.SendAsync(HttpMethod.Head, path, headers);

    /// <summary>A JSON page's text.</summary>
    public static async Task<string> PageAsync(this RunningHashgate hashgate, string project)
    {
        using var answer = await hashgate.GetAsync($"simple/{project}/", "Accept: " + Json);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Why a file is yanked on its project's page; null where it isn't.</summary>
    public static async Task<string?> YankAsync(this RunningHashgate hashgate, FakeFile file)
    {
        using var page = System.Text.Json.JsonDocument.Parse(await hashgate.PageAsync(file.Project.Name));
        var yanked = page.RootElement.GetProperty("files").EnumerateArray().Single(f => f.GetProperty("filename").GetString() == file.Filename).GetProperty("yanked");
        return yanked.ValueKind == System.Text.Json.JsonValueKind.False ? null : yanked.ToString();
    }

    /// <summary>HEAD and GET of a file are answered alike, by this status.</summary>
    public static async Task AssertStatusAsync(this RunningHashgate hashgate, FakeFile file, HttpStatusCode status)
    {
        using var head = await hashgate.HeadAsync(file.Path);
        using var get = await hashgate.GetAsync(file.Path);
        Assert.Equal((status, status), (head.StatusCode, get.StatusCode));
    }

    /// <summary>Asks until a condition holds, half a minute at the most.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition()) await Task.Delay(50, patience.Token);
    }

    /// <summary>What every answer with a file or about one has.</summary>
    public static void AssertFileHeaders(this HttpResponseMessage answer)
    {
        Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.False(answer.Headers.TransferEncodingChunked ?? false);
    }

    public static string ETagOf(FakeFile file) => $"\"{file.Hashes["sha256"]}\"";

    public static ContentRangeHeaderValue? Range(this HttpResponseMessage answer) => answer.Content.Headers.ContentRange;
}
