using System.Globalization;
using Hashgate.Core.Trust;
using Hashgate.Storage.Redis;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Redis;

/// <summary>A Redis that speaks TLS and wants to see its clients' certificates.</summary>
[Trait("Needs", "redis")]
public sealed class RedisTlsTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly int _port = LoopbackPort.Free();
    private RedisServer _server = null!;

    public async Task InitializeAsync()
    {
        var (certificate, key) = WriteSigned("server", _authority);
        _server = await RedisServer.StartAsync(
            "--tls-port", _port.ToString(CultureInfo.InvariantCulture), "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", Write("ca", _authority.CertificatePem), "--tls-auth-clients", "yes");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Own_authority_and_a_client_s_certificate_are_enough()
    {
        await using var redis = Connect(_authority, _authority);
        Assert.True(await redis.RunAsync(db => db.StringSetAsync(redis.Key("a"), "b"), default));
    }

    [Fact]
    public async Task Server_of_another_authority_is_not_spoken_to() => await AssertAwayAsync(Connect(TestAuthority.Create(), _authority));

    [Fact]
    public async Task Server_whose_authority_nobody_named_is_not_spoken_to() => await AssertAwayAsync(Connect(null, _authority));

    [Fact]
    public async Task Client_that_shows_no_certificate_is_refused() => await AssertAwayAsync(Connect(_authority, null));

    private static async Task AssertAwayAsync(RedisConnection redis)
    {
        await using (redis) await Assert.ThrowsAsync<StoreUnavailableException>(async () => await redis.RunAsync(db => db.PingAsync(), default));
    }

    private RedisConnection Connect(TestAuthority? trusted, TestAuthority? client)
    {
        var shown = client is null ? default : WriteSigned("client", client);
        return new RedisConnection(new RedisOptions
        {
            Configuration = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port},ssl=true,{RedisUser.Credentials}"),
            CaFile = trusted is null ? null : Write("trusted", trusted.CertificatePem),
            CertificateFile = shown.Certificate,
            KeyFile = shown.Key,
        });
    }

    private (string Certificate, string Key) WriteSigned(string name, TestAuthority by)
    {
        var (certificate, key) = by.Sign(name);
        return (Write(name, certificate), Write(name + "-key", key));
    }

    private string Write(string name, string pem)
    {
        var path = Path.Combine(_directory.Path, name + ".pem");
        File.WriteAllText(path, pem);
        return path;
    }
}
