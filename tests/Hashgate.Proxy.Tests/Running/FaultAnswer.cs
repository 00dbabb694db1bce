using System.Net.Sockets;

namespace Hashgate.Proxy.Tests.Running;

/// <summary>An answer as a careful client has it, up to where it ended.</summary>
/// <param name="IsComplete">It came to the end that it announced.</param>
/// <param name="WasReset">It ended in a reset, which no client takes for an end.</param>
internal sealed record FaultAnswer(int Status, string Reason, byte[] Body, bool IsComplete, bool WasReset, string? Verdict, bool IsStale)
{
    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public static async Task<FaultAnswer> GetAsync(HttpClient client, string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path.TrimStart('/'));
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        HttpResponseMessage answer;
        try
        {
            answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }
        catch (HttpRequestException broken)
        {
            // A reset takes back what was on its way, the head too.
            return new FaultAnswer(0, "", [], false, WasResetBy(broken), null, false);
        }
        using (answer)
        {
            using var body = new MemoryStream();
            var (complete, reset) = (false, false);
            try
            {
                await (await answer.Content.ReadAsStreamAsync()).CopyToAsync(body);
                complete = answer.Content.Headers.ContentLength is not { } length || length == body.Length;
            }
            catch (IOException broken)
            {
                reset = WasResetBy(broken);
            }
            var verdict = answer.Headers.TryGetValues("Hashgate-Verdict", out var values) ? values.Single() : null;
            return new FaultAnswer((int)answer.StatusCode, answer.ReasonPhrase ?? "", body.ToArray(), complete, reset, verdict, answer.Headers.Warning.Count > 0);
        }
    }

    private static bool WasResetBy(Exception? problem)
    {
        for (; problem is not null; problem = problem.InnerException)
        {
            if (problem is SocketException { SocketErrorCode: SocketError.ConnectionReset }) return true;
        }
        return false;
    }
}
