using System.Net;
using Hashgate.Proxy.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hashgate.Proxy.Tests.Hosting;

public sealed class RequestInfoTests
{
    [Theory]
    [InlineData("http", "localhost:8080", "http://localhost:8080")]
    [InlineData("http", "127.0.0.1", "http://127.0.0.1")]
    [InlineData("http", "[::1]:8080", "http://[::1]:8080")]
    [InlineData("https", "LocalHost", "https://LocalHost")]
    [InlineData("http", "evil.example", "")]
    [InlineData("http", "localhost.evil.example", "")]
    [InlineData("http", "localhost@evil.example", "")]
    [InlineData("http", "evil.example/localhost", "")]
    [InlineData("http", "", "")]
    public void Base_url_is_the_request_s_host_only_where_it_is_allowed(string scheme, string host, string expected) =>
        Assert.Equal(expected, new RequestInfo(LoadedSettings.Right()).BaseUrl(Request(scheme, host)));

    [Fact]
    public void Base_url_is_the_public_url_whatever_the_host() =>
        Assert.Equal("https://hashgate.example/py", new RequestInfo(LoadedSettings.Right(("PublicUrl", "https://hashgate.example/py/"))).BaseUrl(Request("http", "localhost")));

    [Theory]
    [InlineData("localhost:8080", true)]
    [InlineData("Hashgate.Example", true)]
    [InlineData("192.0.2.7:8080", true)]
    [InlineData("[2001:db8::1]", true)]
    [InlineData("hashgate", false)]
    [InlineData("localhost.", false)]
    [InlineData("192.0.2.7.evil.example", false)]
    [InlineData("evil.example:192", false)]
    [InlineData("evil.example/[::1]", false)]
    [InlineData("", false)]
    public void Own_host_is_one_that_the_settings_name_or_a_bare_address(string host, bool isOwn) =>
        Assert.Equal(isOwn, new RequestInfo(LoadedSettings.Right(("PublicUrl", "https://hashgate.example"))).IsOwnHost(Request("http", host)));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    public void Client_is_the_address_in_its_plain_form(string address, string expected)
    {
        var context = Request("http", "localhost");
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        Assert.Equal(expected, RequestInfo.Client(context));
    }

    [Fact]
    public void User_agent_is_bounded()
    {
        var context = Request("http", "localhost");
        Assert.Null(RequestInfo.UserAgent(context));
        context.Request.Headers.UserAgent = new string('x', 5000);
        Assert.Equal(512, RequestInfo.UserAgent(context)!.Length);
    }

    private static DefaultHttpContext Request(string scheme, string host)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = scheme;
        context.Request.Host = new HostString(host);
        return context;
    }
}
