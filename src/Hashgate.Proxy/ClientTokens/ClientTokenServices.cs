using Hashgate.Core.Policy;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Telemetry;

namespace Hashgate.Proxy.ClientTokens;

/// <summary>Puts the parts of client tokens together.</summary>
internal static class ClientTokenServices
{
    public static void AddClientTokens(this IServiceCollection services, HashgateSettings settings)
    {
        services.AddSingleton<TokensInForce>();
        services.AddSingleton<IPolicyPart, ClientTokenPart>();
        services.AddSingleton<TokenRefusals>();
        services.AddSingleton<ClientGate>();
        services.AddSingleton<TokenUses>();
        services.AddSingleton<TokenOperations>();
        services.AddSingleton<IMetricSource, TokenMetrics>();
        if (settings.Access.ClientTokens != ClientTokenMode.Off) services.AddHostedService(provider => provider.GetRequiredService<TokenUses>());
    }

    /// <summary>Holds the readers of every endpoint without a role to what it asks of them.</summary>
    public static void UseClientTokens(this WebApplication app)
    {
        if (app.Services.GetRequiredService<HashgateSettings>().Access.ClientTokens == ClientTokenMode.Off) return;
        app.Use(next =>
        {
            var gate = app.Services.GetRequiredService<ClientGate>();
            return context => gate.InvokeAsync(context, next);
        });
    }
}
