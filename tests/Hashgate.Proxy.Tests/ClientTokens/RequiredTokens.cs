using Hashgate.Proxy.Tests.Access;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.ClientTokens;

/// <summary>A Hashgate that requires tokens, its clients told apart by what a proxy says of them.</summary>
public sealed class RequiredTokens : IAsyncLifetime
{
    public FakeIndex Index { get; private set; } = null!;
    public RunningHashgate Hashgate { get; private set; } = null!;

    /// <summary>Of alpha.</summary>
    public FakeFile File { get; private set; } = null!;

    /// <summary>One that is in force.</summary>
    public string Token { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Index = await FakeIndex.StartAsync();
        File = Index.Add(TestWheel.Build("alpha", "1.0"));
        Hashgate = await RunningHashgate.StartAsync(Index, Tokens.Settings(("Access:ClientTokens", "required"), ("Network:TrustedProxies:0", "127.0.0.1"), ("Policy:Contact", "it@example.org")));
        Token = (await Hashgate.MakeTokenAsync(admin: Tokens.Bob)).Token;
    }

    public async Task DisposeAsync()
    {
        await Hashgate.DisposeAsync();
        await Index.DisposeAsync();
    }
}
