using System.Net;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Bypass;

/// <summary>A project that one upstream owns is served from that one alone, by whatever address.</summary>
public sealed class OwnershipTests : IAsyncLifetime
{
    private FakeIndex _public = null!;
    private FakeIndex _own = null!;
    private FakeFile _higher = null!;
    private FakeFile _owned = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _public = await FakeIndex.StartAsync();
        _own = await FakeIndex.StartAsync();
        _higher = _public.Add(TestWheel.Build("acme-core", "99.0", text: "hostile"));
        _owned = _own.Add(TestWheel.Build("acme-core", "1.0"));
        _own.Add(TestWheel.Build("requests", "99.0", text: "hostile"));
        _public.Add(TestWheel.Build("requests", "2.0"));
        _hashgate = await RunningHashgate.StartAsync(_public, new Dictionary<string, string?>
        {
            ["Upstreams:acme:IndexUrl"] = _own.IndexUrl.AbsoluteUri,
            ["Upstreams:acme:Projects:0"] = "acme-*",
        });
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _own.DisposeAsync();
        await _public.DisposeAsync();
    }

    [Fact]
    public async Task Owned_name_is_asked_of_its_owner_only()
    {
        var page = await _hashgate.PageAsync("acme-core");
        Assert.Contains("acme_core-1.0", page, StringComparison.Ordinal);
        Assert.DoesNotContain("99.0", page, StringComparison.Ordinal);
        Assert.DoesNotContain("99.0", await _hashgate.PageAsync("requests"), StringComparison.Ordinal);
        Assert.Equal(_owned.Bytes, await _hashgate.Client.GetByteArrayAsync("files/acme" + _owned.Path));
        Assert.Equal(0, _public.Requests.Count("/simple/acme-core/"));
        Assert.Equal(0, _own.Requests.Count("/simple/requests/"));
    }

    [Fact]
    public async Task Public_file_of_an_owned_name_is_refused_by_every_address()
    {
        foreach (var path in (string[])[_higher.Path, _higher.Path + ".metadata", "/files/pypi" + _higher.Path])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            {
                using var answer = await _hashgate.SendAsync(method, path);
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
                Assert.StartsWith("Blocked by Hashgate: reserved-name: ", answer.ReasonPhrase, StringComparison.Ordinal);
            }
        }
        using (var unknown = await _hashgate.GetAsync("/files/acme" + _higher.Path)) Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        // The owner's own file is no file of pypi.
        using var mixed = await _hashgate.GetAsync(_owned.Path);
        Assert.Equal(HttpStatusCode.Forbidden, mixed.StatusCode);
        Assert.DoesNotContain(_public.Requests.All, r => r.Path.Contains("acme", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Owners_failure_never_falls_through_to_another(int status)
    {
        _own.Faults.Always("*", Fault.Status(status));
        foreach (var path in (string[])["/simple/acme-core/", "/pypi/acme-core/json", "/pypi/acme-core/99.0/json", "/files/acme" + _owned.Path])
        {
            using var answer = await _hashgate.GetAsync(path);
            Assert.Equal(status == 404 ? HttpStatusCode.NotFound : HttpStatusCode.GatewayTimeout, answer.StatusCode);
        }
        Assert.DoesNotContain(_public.Requests.All, r => r.Path.Contains("acme", StringComparison.Ordinal));
    }
}
