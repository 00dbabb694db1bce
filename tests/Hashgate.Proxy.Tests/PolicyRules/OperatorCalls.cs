using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hashgate.Proxy.Tests.Running;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>Calls of the API with a bearer token, the generated operator's by default.</summary>
internal static class OperatorCalls
{
    public static async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(
        this RunningHashgate hashgate, HttpMethod method, string path, object? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? hashgate.AdminToken);
        using var answer = await hashgate.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public static string Detail(this JsonElement problem) => problem.GetProperty("detail").GetString()!;
}
