using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Tests.Running;

namespace Hashgate.Proxy.Tests.Access;

/// <summary>A browser with a cookie jar of its own that a person signs in with; what it sends besides, and under which host, a test may say.</summary>
internal sealed class Browser(RunningHashgate hashgate, params string[] always) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 }) { BaseAddress = hashgate.Url };

    /// <summary>By name; what is put in is sent.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>The last <c>Set-Cookie</c> of each name, as it came.</summary>
    public Dictionary<string, string> Set { get; } = new(StringComparer.Ordinal);

    public void Dispose() => _client.Dispose();

    public Task<HttpResponseMessage> GetAsync(string path, params string[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<HttpResponseMessage> PostAsync(string path, IEnumerable<(string, string)> fields, params string[] headers) =>
        SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Item1, f.Item2))), headers);

    public Task<HttpResponseMessage> PostJsonAsync(string path, string body, params string[] headers) =>
        SendAsync(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/json"), headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, params string[] headers)
    {
        using var request = new HttpRequestMessage(method, path.TrimStart('/')) { Content = content };
        if (Cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        foreach (var header in always.Concat(headers)) Assert.True(request.Headers.TryAddWithoutValidation(header.Split(": ", 2)[0], header.Split(": ", 2)[1]));
        var answer = await _client.SendAsync(request);
        if (!answer.Headers.TryGetValues("Set-Cookie", out var cookies)) return answer;
        foreach (var cookie in cookies)
        {
            var (name, value) = (cookie[..cookie.IndexOf('=')], cookie[(cookie.IndexOf('=') + 1)..].Split(';')[0]);
            Set[name] = cookie;
            if (value.Length == 0) Cookies.Remove(name);
            else Cookies[name] = value;
        }
        return answer;
    }

    /// <summary>The anti-forgery token in the forms of a page.</summary>
    public async Task<string> FormTokenAsync(string path)
    {
        using var answer = await GetAsync(path);
        var page = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
        return page.QuerySelector($"input[name={AntiForgery.Field}]")?.GetAttribute("value")
            ?? throw new Xunit.Sdk.XunitException($"{path} was answered {(int)answer.StatusCode} and has no form:\n{page.DocumentElement.TextContent}");
    }

    /// <summary>Types a token into the form and sends it.</summary>
    public async Task<HttpResponseMessage> TryToSignInAsync(string token, string page = "/dashboard", params string[] headers) =>
        await PostAsync("dashboard/sign-in", [(AntiForgery.Field, await FormTokenAsync("dashboard/sign-in")), ("credential", token), ("return", page)], headers);

    public async Task SignInAsync(string token)
    {
        using var answer = await TryToSignInAsync(token);
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    public async Task<int> StatusAsync(string path, params string[] headers)
    {
        using var answer = await GetAsync(path, headers);
        return (int)answer.StatusCode;
    }
}
