using System.Net;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Tests.Upstreams;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("151.101.0.223")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2a04:4e42::223")]
    [InlineData("2606:4700::1")]
    [InlineData("::ffff:151.101.0.223")]
    [InlineData("64:ff9b::151.101.0.223")]
    public void Classify_address_of_the_internet_is_public(string address) =>
        Assert.Equal(AddressKind.Public, AddressGuard.Classify(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.19.0.1")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:c0a8:101::1")]
    public void Classify_address_inside_a_network_is_private(string address) =>
        Assert.Equal(AddressKind.Private, AddressGuard.Classify(IPAddress.Parse(address)));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("192.0.0.170")]
    [InlineData("192.0.2.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::127.0.0.1")]
    [InlineData("ff02::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("100::1")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("64:ff9b::224.0.0.1")]
    public void Classify_address_of_no_server_is_special(string address) =>
        Assert.Equal(AddressKind.Special, AddressGuard.Classify(IPAddress.Parse(address)));

    [Fact]
    public async Task Page_of_a_name_that_resolves_to_a_private_address_is_forbidden_and_not_asked()
    {
        await using var bench = await UpstreamBench.StartAsync(
            (u, index) => u with { IndexUrl = new Uri($"http://index.example:{index.Port}/simple/") },
            resolve: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("::ffff:10.0.0.1")]));
        var error = await bench.PageErrorAsync();
        Assert.Equal(FetchErrorKind.Forbidden, error.Kind);
        Assert.Empty(bench.Index.Requests.All);
    }

    [Fact]
    public async Task Page_of_a_name_that_resolves_to_a_private_address_is_fetched_where_the_setting_allows_it()
    {
        await using var bench = await UpstreamBench.StartAsync(
            (u, index) => u with { IndexUrl = new Uri($"http://index.example:{index.Port}/simple/"), AllowPrivateNetwork = true },
            resolve: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("0.0.0.0"), IPAddress.Loopback]));
        await bench.FetchPageAsync();
    }

    [Fact]
    public async Task Page_of_a_private_index_is_forbidden_where_the_setting_denies_it()
    {
        await using var bench = await UpstreamBench.StartAsync((u, _) => u with { AllowPrivateNetwork = false });
        Assert.Equal(FetchErrorKind.Forbidden, (await bench.PageErrorAsync()).Kind);
    }

    [Fact]
    public async Task File_on_a_listed_name_that_turns_out_private_is_forbidden_for_a_private_index_too()
    {
        await using var bench = await UpstreamBench.StartAsync(
            (u, index) => u with { FileHosts = [$"files.example:{index.Port}"] },
            resolve: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        var error = await bench.FileErrorAsync(url: new Uri($"http://files.example:{bench.Index.Port}{bench.File.Path}"));
        Assert.Equal(FetchErrorKind.Forbidden, error.Kind);
    }

    [Fact]
    public async Task Page_through_a_configured_proxy_leaves_the_name_to_the_proxy()
    {
        await using var bench = await UpstreamBench.StartAsync(
            (u, index) => u with { IndexUrl = new Uri("http://index.example/simple/"), Proxy = new Uri(index.BaseUrl.Replace("//", "//me:secret@", StringComparison.Ordinal)) },
            resolve: (host, _) => throw new InvalidOperationException($"{host} was resolved."));
        await bench.FetchPageAsync();
        Assert.Equal("http://index.example/simple/sample/", bench.Index.Requests.All.Single().Target);
    }
}
