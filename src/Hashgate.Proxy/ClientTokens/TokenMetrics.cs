using Hashgate.Proxy.Telemetry;

namespace Hashgate.Proxy.ClientTokens;

/// <summary>How many client tokens there are, and what was refused for want of one.</summary>
internal sealed class TokenMetrics(TokensInForce tokens, TokenRefusals refusals) : IMetricSource
{
    public IEnumerable<Metric> Metrics =>
    [
        Metric.Gauge("hashgate_client_tokens", "Client tokens in force.", () => tokens.Count),
        Metric.Counter("hashgate_client_token_refusals_total", "Requests that were refused for want of a client token in force, by what was wrong.", () =>
            TokenRefusals.States.Select(s => new Sample(refusals.Count(s), new Label("reason", Name(s)))).Append(new Sample(refusals.Limited, new Label("reason", "limited")))),
    ];

    private static string Name(TokenState state) => state switch
    {
        TokenState.Missing => "missing",
        TokenState.Foreign => "foreign",
        TokenState.Malformed => "malformed",
        TokenState.Unknown => "unknown",
        TokenState.Expired => "expired",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No reason to refuse."),
    };
}
