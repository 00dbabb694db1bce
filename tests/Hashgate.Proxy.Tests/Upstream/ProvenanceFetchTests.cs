using System.Text;
using Hashgate.Core.Provenance;
using Hashgate.Core.Upstreams;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Upstreams;

public sealed class ProvenanceFetchTests : IAsyncLifetime
{
    private UpstreamBench _bench = null!;

    public async Task InitializeAsync()
    {
        _bench = await UpstreamBench.StartAsync();
        _bench.File.Publish("acme/sample");
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Provenance_is_fetched_and_read()
    {
        var fetched = Assert.IsType<ProvenanceFetch.Fetched>(await GetAsync());
        Assert.Equal(new Publisher("GitHub", "acme/sample", "release.yml"), Assert.Single(fetched.Document.Bundles).Publisher);
        var request = _bench.Index.Requests.All.Single();
        Assert.StartsWith("application/vnd.pypi.integrity.v1+json", request["Accept"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Answer_that_there_is_none_is_an_answer(int status)
    {
        _bench.Index.Faults.Always(_bench.File.ProvenancePath, Fault.Status(status));
        Assert.IsType<ProvenanceFetch.Gone>(await GetAsync());
    }

    public static TheoryData<string, Fault, FetchErrorKind> Faults => new()
    {
        { "500", Fault.Status(500), FetchErrorKind.BadStatus },
        { "403", Fault.Status(403), FetchErrorKind.Denied },
        { "redirect away", Fault.Redirect("http://169.254.169.254/"), FetchErrorKind.Forbidden },
        { "short body", Fault.Truncate(20), FetchErrorKind.Unreachable },
        { "reset", Fault.Drop(-1), FetchErrorKind.Unreachable },
        { "cut JSON", Fault.Cut(20), FetchErrorKind.Malformed },
        { "a key twice", Fault.Replace("{\"version\": 1, \"version\": 1}"u8.ToArray()), FetchErrorKind.Malformed },
        { "a page of a captive portal", Fault.Replace("<html></html>"u8.ToArray()), FetchErrorKind.Malformed },
        { "gzip bomb", Fault.GzipBomb(5_000_000), FetchErrorKind.TooLarge },
        { "too large", Fault.Replace(Encoding.ASCII.GetBytes(new string(' ', ProvenanceReader.MaxBytes + 1))), FetchErrorKind.TooLarge },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Anything_else_is_no_answer(string what, Fault fault, FetchErrorKind kind)
    {
        _bench.Index.Faults.Always(_bench.File.ProvenancePath, fault);
        var error = Assert.IsType<ProvenanceFetch.Failed>(await GetAsync()).Error;
        Assert.True(kind == error.Kind, $"{what}: {error}");
    }

    [Fact]
    public async Task One_error_of_the_upstreams_own_is_tried_again()
    {
        _bench.Index.Faults.Once(_bench.File.ProvenancePath, Fault.Status(500));
        Assert.IsType<ProvenanceFetch.Fetched>(await GetAsync());
    }

    private Task<ProvenanceFetch> GetAsync() =>
        _bench.Client.GetProvenanceAsync(_bench.Upstream, new Uri(_bench.Index.BaseUrl + _bench.File.ProvenancePath), CancellationToken.None);
}
