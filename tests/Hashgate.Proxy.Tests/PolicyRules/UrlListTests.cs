using System.Net;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>A list behind a URL: asked for conditionally, kept, held where it was never had.</summary>
public sealed class UrlListTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _asked = [];
    private FakeIndex _index = null!;
    private FakeFile _file = null!;
    private WebApplication _server = null!;
    private string _url = "";
    private volatile string _list = "alpha";
    private volatile int _status = 200;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _file = _index.Add(TestWheel.Build("alpha", "1.0"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        _url = _server.Urls.First() + "/lists/allow.txt";
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _index.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task List_is_followed_by_etag_and_an_error_keeps_the_last_good_one()
    {
        await using var hashgate = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate));

        await Gets.UntilAsync(() => Task.FromResult(Asked().Contains("304")));
        _list = "beta";
        await Gets.UntilAsync(async () => await StatusAsync(hashgate) == HttpStatusCode.Forbidden);
        _list = "alpha\n-r more";
        await Gets.UntilAsync(async () => (await hashgate.Client.GetStringAsync("readyz")).Contains("line 2, column 1", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate));
    }

    [Fact]
    public async Task Copy_of_the_last_good_list_serves_a_start_without_its_server()
    {
        await using (await StartAsync()) { }
        _status = 500;
        await using var hashgate = await StartAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate));
        Assert.Contains("it gives no usable answer (The answer is 500); the last good one stays in force", await hashgate.Client.GetStringAsync("readyz"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_that_was_never_had_holds_until_it_is()
    {
        _status = 503;
        await using var hashgate = await StartAsync();
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate));
        var decision = ((Core.Serving.PageLookup.Found)await hashgate.Get<Core.Serving.ProjectPages>().GetAsync(Core.Packaging.ProjectName.Parse("alpha"), CancellationToken.None)).View.Decision;
        Assert.Equal(Verdict.Hold, decision.Files[0].Verdict);

        _status = 200;
        await Gets.UntilAsync(async () => await StatusAsync(hashgate) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Error_at_the_first_start_ends_it()
    {
        _list = "alpha[x]";
        var error = await Assert.ThrowsAsync<SettingsException>(StartAsync);
        Assert.Contains($"{_url}: line 1, column 6", error.Message, StringComparison.Ordinal);
    }

    private Task<RunningHashgate> StartAsync() => RunningHashgate.StartAsync(
        _index,
        new Dictionary<string, string?> { ["Policy:Rules:allowlist:Url"] = _url, ["Policy:Rules:allowlist:RefreshAfter"] = "00:00:01" },
        Path.Combine(_directory.Path, "data"));

    private Task AnswerAsync(HttpContext context)
    {
        var etag = $"\"{_list.GetHashCode(StringComparison.Ordinal)}\"";
        var status = _status == 200 && context.Request.Headers.IfNoneMatch == etag ? 304 : _status;
        lock (_asked) _asked.Add($"{status}");
        context.Response.StatusCode = status;
        context.Response.Headers.ETag = etag;
        return status == 200 ? context.Response.WriteAsync(_list) : Task.CompletedTask;
    }

    private string[] Asked()
    {
        lock (_asked) return [.. _asked];
    }

    private async Task<HttpStatusCode> StatusAsync(RunningHashgate hashgate)
    {
        using var page = await hashgate.Client.GetAsync("simple/alpha/");
        using var file = await hashgate.Client.GetAsync(_file.Path.TrimStart('/'));
        return file.StatusCode;
    }
}
