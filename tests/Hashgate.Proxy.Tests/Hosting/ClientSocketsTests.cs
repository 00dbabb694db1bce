using Hashgate.Proxy.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Hashgate.Proxy.Tests.Hosting;

/// <summary>What a connection may hold for a client that doesn't take it is set on every connection, by name or not.</summary>
public sealed class ClientSocketsTests
{
    [Fact]
    public async Task Connection_holds_little_for_a_client_that_takes_nothing()
    {
        var look = new Look();
        await using var hashgate = await RunningHashgate.StartAsync(null, services: services => services.AddSingleton<IStartupFilter>(look));

        using var answer = await hashgate.Client.GetAsync("healthz");

        Assert.True(answer.IsSuccessStatusCode);
        if (OperatingSystem.IsLinux()) Assert.InRange(look.Unsent, 1, 64 << 10);
        Assert.InRange(hashgate.Get<IOptions<SocketTransportOptions>>().Value.MaxWriteBufferSize!.Value, 1, 16 << 10);
    }

    /// <summary>Looks at the connection of each request.</summary>
    private sealed class Look : IStartupFilter
    {
        public int Unsent { get; private set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(following => context =>
            {
                Span<byte> value = stackalloc byte[sizeof(int)];
                context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.GetRawSocketOption(6, 25, value);
                Unsent = BitConverter.ToInt32(value);
                return following(context);
            });
            next(app);
        };
    }
}
