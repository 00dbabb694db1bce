using System.Net;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Tests.Hosting;
using Hashgate.Storage.Sessions;
using Hashgate.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Proxy.Tests.Access;

public sealed class CallersTests : IDisposable
{
    private static readonly AdminToken Ada = new("ada", "correct-horse-battery", Role.Operate);
    private static readonly AdminToken Grafana = new("grafana", "look-but-do-not-touch", Role.View);

    private readonly TemporaryDirectory _data = new();

    [Theory]
    [InlineData("127.0.0.1", "localhost:8080")]
    [InlineData("127.0.0.1", "127.0.0.1:8080")]
    [InlineData("::1", "[::1]:8080")]
    [InlineData("::ffff:127.0.0.1", "localhost")]
    public async Task Local_caller_may_view_and_no_more(string address, string host) =>
        Assert.Equal(new Caller("local", Role.View) { Proof = CallerProof.Address }, await IdentifyAsync(Generated(), Request(address, host)));

    [Theory]
    [InlineData("192.0.2.1", "localhost")]
    [InlineData("127.0.0.1", "hashgate.example")]
    [InlineData("127.0.0.1", "evil.example:8080")]
    [InlineData("127.0.0.1", "127.0.0.2")]
    [InlineData("127.0.0.1", "")]
    public async Task Caller_from_elsewhere_or_by_another_name_may_nothing(string address, string host) =>
        Assert.Equal(Caller.Anyone, await IdentifyAsync(Generated(), Request(address, host)));

    [Theory]
    [InlineData("Forwarded")]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-host")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Real-IP")]
    [InlineData("X-Original-URL")]
    [InlineData("X-Original-For")]
    [InlineData("X-Original-Host")]
    [InlineData("X-Original-Proto")]
    [InlineData("Via")]
    public async Task Request_that_was_forwarded_is_not_local(string header)
    {
        var context = Request("127.0.0.1", "localhost");
        context.Request.Headers[header] = "127.0.0.1";
        Assert.Equal(Role.None, (await IdentifyAsync(Generated(), context)).Role);
    }

    [Fact]
    public async Task Generated_token_operates_from_anywhere()
    {
        var tokens = Generated();
        var context = Request("192.0.2.1", "hashgate.example");
        context.Request.Headers.Authorization = "Bearer " + File.ReadAllText(TokenAuthority.TokenPath(_data.Path)).Trim();
        Assert.Equal(new Caller("operator", Role.Operate) { Proof = CallerProof.Token }, await IdentifyAsync(tokens, context));
    }

    [Fact]
    public async Task Configured_tokens_leave_local_callers_nothing() =>
        Assert.Equal(Role.None, (await IdentifyAsync(Configured(), Request("127.0.0.1", "localhost"))).Role);

    [Theory]
    [InlineData("Bearer correct-horse-battery", "ada", Role.Operate)]
    [InlineData("bearer  correct-horse-battery ", "ada", Role.Operate)]
    [InlineData("Bearer look-but-do-not-touch", "grafana", Role.View)]
    [InlineData("Bearer wrong", "anyone", Role.None)]
    [InlineData("Bearer", "anyone", Role.None)]
    [InlineData("Basic correct-horse-battery", "anyone", Role.None)]
    [InlineData("correct-horse-battery", "anyone", Role.None)]
    public async Task Bearer_of_a_token_has_its_role(string authorization, string name, Role role)
    {
        var context = Request("192.0.2.1", "hashgate.example");
        context.Request.Headers.Authorization = authorization;
        Assert.Equal(new Caller(name, role) { Proof = role == Role.None ? CallerProof.None : CallerProof.Token }, await IdentifyAsync(Configured(), context));
    }

    [Fact]
    public async Task Token_in_a_query_means_nothing()
    {
        var context = Request("192.0.2.1", "hashgate.example");
        context.Request.QueryString = new QueryString("?token=correct-horse-battery&access_token=correct-horse-battery");
        Assert.Equal(Role.None, (await IdentifyAsync(Configured(), context)).Role);
    }

    public void Dispose() => _data.Dispose();

    private TokenAuthority Generated() => TokenAuthority.Create(new AdminSettings([]), _data.Path);

    private TokenAuthority Configured() => TokenAuthority.Create(new AdminSettings([Ada, Grafana]), _data.Path);

    private ValueTask<Caller> IdentifyAsync(TokenAuthority tokens, HttpContext context)
    {
        var settings = LoadedSettings.Right();
        var keys = new DiskSessionKeys(Path.Combine(_data.Path, "keys"), NullLoggerFactory.Instance);
        return new Callers(tokens, new Sessions(tokens, keys, TimeProvider.System), new SingleSignOn(settings), new RequestInfo(settings)).IdentifyAsync(context);
    }

    private static DefaultHttpContext Request(string address, string host)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Host = new HostString(host);
        return context;
    }
}
