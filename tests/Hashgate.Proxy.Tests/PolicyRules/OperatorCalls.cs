using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hashgate.Proxy.Tests.Running;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>Calls of the API with a bearer token, the generated operator's by default.</summary>
internal static class OperatorCalls
{
    public static Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(
        this RunningHashgate hashgate, HttpMethod method, string path, object? body = null, string? token = null) =>
        CallAsync(hashgate.Client, token ?? hashgate.AdminToken, method, path, body);

    public static Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(this HashgateProcess server, HttpMethod method, string path, object? body = null) =>
        CallAsync(server.Client, server.AdminToken, method, path, body);

    private static async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(HttpClient client, string token, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public static string Detail(this JsonElement problem) => problem.GetProperty("detail").GetString()!;
}
