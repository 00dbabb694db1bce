using System.Net;
using System.Text.Json;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;

namespace Hashgate.Proxy.Tests.ClientTokens;

/// <summary>Makes tokens, and sends them as installers do.</summary>
internal static class TokenCalls
{
    public static async Task<(string Id, string Token)> MakeTokenAsync(this RunningHashgate hashgate, string label = "ci", DateTimeOffset? expires = null, string? admin = null) =>
        Made(await hashgate.CallAsync(HttpMethod.Post, "api/v1/tokens/", new { label, expires }, admin));

    public static async Task<(string Id, string Token)> MakeTokenAsync(this HashgateProcess hashgate, string label = "ci") =>
        Made(await hashgate.CallAsync(HttpMethod.Post, "api/v1/tokens/", new { label }));

    /// <summary>The header line that goes with a token.</summary>
    public static string Header(string token) => "Authorization: " + TokensInForce.HeaderOf(token);

    /// <summary>The index URL with a token in it.</summary>
    public static Uri Index(Uri server, string token) => new UriBuilder(new Uri(server, "simple/")) { UserName = TokensInForce.User, Password = token }.Uri;

    private static (string, string) Made((HttpStatusCode Status, JsonElement Body) answer)
    {
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body.ToString());
        return (answer.Body.GetProperty("id").GetString()!, answer.Body.GetProperty("token").GetString()!);
    }
}
