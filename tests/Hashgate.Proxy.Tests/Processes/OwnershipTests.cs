using System.Net;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

/// <summary>Projects that were read from the public index belong to a private one from the second start on.</summary>
public sealed class OwnershipTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private FakeIndex _public = null!;
    private FakeIndex _private = null!;
    private HashgateProgram _program = null!;
    private HashgateProcess _server = null!;
    private FakeFile _confusing = null!;
    private FakeFile _genuine = null!;
    private FakeFile _requests = null!;

    public async Task InitializeAsync()
    {
        (_public, _private) = (await FakeIndex.StartAsync(), await FakeIndex.StartAsync());
        _confusing = _public.Add(TestWheel.Build("acme-tool", "99.0", text: "from the public index"));
        _public.Add(TestWheel.Build("acme-ghost", "1.0", text: "from the public index"));
        _public.Add(TestWheel.Build("acme-other", "1.0", text: "from the public index"));
        _requests = _public.Add(TestWheel.Build("requests", "1.0"));
        _genuine = _private.Add(TestWheel.Build("acme-tool", "1.0", text: "from the private index"));
        _private.Add(TestWheel.Build("acme-other", "1.0", text: "from the private index"));

        _program = new HashgateProgram(Path.Combine(_directory.Path, "data")).Over(_public);
        await using (var before = await _program.StartAsync())
        {
            Assert.Equal(_confusing.Bytes, await before.Client.GetByteArrayAsync(_confusing.Path.TrimStart('/')));
            Assert.Equal(_requests.Bytes, await before.Client.GetByteArrayAsync(_requests.Path.TrimStart('/')));
            await before.AskToStopAsync();
            await before.WaitForExitAsync();
        }
        _public.Requests.Clear();
        _program.Set("Upstreams:internal:IndexUrl", _private.IndexUrl.AbsoluteUri).Set("Upstreams:internal:Projects:0", "acme-*");
        _server = await _program.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _public.DisposeAsync();
        await _private.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Page_comes_from_the_new_owner_alone_and_the_others_is_dropped()
    {
        Assert.Equal(_genuine.Filename, Assert.Single(await _server.HashesAsync("acme-tool")).Key);
        Assert.Equal(_genuine.Bytes, await _server.Client.GetByteArrayAsync("files/internal" + _genuine.Path));
        Assert.Single(await _server.HashesAsync("requests"));
        await WaitUntilDroppedAsync();
        Assert.DoesNotContain(_public.Requests.All, r => r.Path.Contains("acme", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_upstreams_routes_refuse_the_project_even_what_is_cached()
    {
        foreach (var path in (string[])[_confusing.Path, _confusing.Path + ".metadata", "/files/pypi" + _confusing.Path, _genuine.Path])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            {
                using var answer = await _server.Client.SendAsync(new HttpRequestMessage(method, path));
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
                Assert.Equal("block; rule=reserved-name", answer.Headers.GetValues("Hashgate-Verdict").Single());
                Assert.StartsWith("Blocked by Hashgate: reserved-name: ", answer.ReasonPhrase, StringComparison.Ordinal);
            }
        }
        // The private upstream has no say in what it doesn't own.
        foreach (var path in (string[])["/files/internal" + _requests.Path, "/files/internal" + _confusing.Path])
        {
            using var answer = await _server.Client.GetAsync(path);
            Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{path}: {answer.StatusCode}");
        }
        Assert.Equal(_requests.Bytes, await _server.Client.GetByteArrayAsync(_requests.Path));
        Assert.DoesNotContain(_public.Requests.All, r => r.Path.Contains("acme", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Owners_404_and_outage_never_fall_through()
    {
        using (var ghost = await _server.GetPageAsync("acme-ghost")) Assert.Equal(HttpStatusCode.NotFound, ghost.StatusCode);
        await _server.HashesAsync("acme-tool");

        await _private.DieAsync();
        using (var other = await _server.GetPageAsync("acme-other")) Assert.Equal(HttpStatusCode.GatewayTimeout, other.StatusCode);
        using (var legacy = await _server.Client.GetAsync("pypi/acme-other/json")) Assert.False(legacy.IsSuccessStatusCode);
        Assert.Equal(_genuine.Filename, Assert.Single(await _server.HashesAsync("acme-tool")).Key);

        // Nor does a start while the owner is away.
        await _server.DisposeAsync();
        _server = await _program.StartAsync();
        Assert.Equal(_genuine.Filename, Assert.Single(await _server.HashesAsync("acme-tool")).Key);
        using (var other = await _server.GetPageAsync("acme-other")) Assert.Equal(HttpStatusCode.GatewayTimeout, other.StatusCode);
        Assert.DoesNotContain(_public.Requests.All, r => r.Path.Contains("acme", StringComparison.Ordinal));
    }

    [Fact]
    public async Task File_first_seen_from_the_former_owner_is_refused_where_the_new_owner_has_other_bytes()
    {
        var twin = _private.Add(TestWheel.Build("acme-tool", "99.0", text: "from the private index"));
        using var answer = await _server.Client.GetAsync("files/internal" + twin.Path);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("block; rule=hash-changed", answer.Headers.GetValues("Hashgate-Verdict").Single());

        var accepted = await _program.RunAsync("trust", "accept", "acme-tool", twin.Filename, "--sha256", twin.Hashes["sha256"], "--reason", "ours");
        Assert.Equal(0, accepted.ExitCode);
        Assert.Equal(twin.Bytes, await _server.Client.GetByteArrayAsync("files/internal" + twin.Path));
    }

    private async Task WaitUntilDroppedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Directory.EnumerateFiles(Path.Combine(_program.DataDirectory, "pages"), "*.head", SearchOption.AllDirectories)
            .Select(File.ReadAllText).Any(head => head.Contains("\"pypi\"", StringComparison.Ordinal) && head.Contains("\"acme-", StringComparison.Ordinal)))
            await Task.Delay(20, patience.Token);
    }
}
