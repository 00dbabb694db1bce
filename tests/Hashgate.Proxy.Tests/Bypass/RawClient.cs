using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Hashgate.Proxy.Tests.Bypass;

/// <summary>Sends a request exactly as it is written: an HTTP client would tidy the target up first.</summary>
internal static class RawClient
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Sends the text as Latin-1 and reads until the connection ends.</summary>
    /// <param name="onFirstBytes">Called once, when the answer begins to come.</param>
    public static async Task<RawAnswer> SendAsync(Uri server, string request, Action? onFirstBytes = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, limit.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);
        using var wire = new MemoryStream();
        var wasReset = false;
        try
        {
            var buffer = new byte[1 << 16];
            while (await stream.ReadAsync(buffer, limit.Token) is > 0 and var count)
            {
                if (wire.Length == 0) onFirstBytes?.Invoke();
                wire.Write(buffer, 0, count);
            }
        }
        catch (IOException)
        {
            wasReset = true;
        }
        return RawAnswer.Read(wire.ToArray(), wasReset);
    }

    /// <summary>One request that asks for its connection to be closed.</summary>
    public static string Request(Uri server, string method, string target, params string[] headers) =>
        string.Create(CultureInfo.InvariantCulture, $"{method} {target} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n");
}

/// <summary>An answer as it came over the wire.</summary>
/// <param name="Status">0 where nothing came that looks like an answer.</param>
/// <param name="Body">As sent: a chunked one is not put together.</param>
/// <param name="WasReset">The connection ended in a reset, not in a plain end.</param>
internal sealed record RawAnswer(int Status, string Reason, IReadOnlyDictionary<string, string> Headers, byte[] Body, byte[] Wire, bool WasReset)
{
    public string Text => Encoding.Latin1.GetString(Wire);

    public string? this[string header] => Headers.GetValueOrDefault(header);

    public static RawAnswer Read(byte[] wire, bool wasReset)
    {
        var end = wire.AsSpan().IndexOf("\r\n\r\n"u8);
        var lines = Encoding.Latin1.GetString(wire, 0, Math.Max(end, 0)).Split("\r\n");
        var first = lines[0].Split(' ', 3);
        if (end < 0 || first.Length < 2) return new RawAnswer(0, "", new Dictionary<string, string>(), [], wire, wasReset);
        var headers = lines.Skip(1).Select(l => l.Split(": ", 2)).GroupBy(l => l[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => string.Join(", ", g.Select(l => l[^1])), StringComparer.OrdinalIgnoreCase);
        return new RawAnswer(int.Parse(first[1], CultureInfo.InvariantCulture), first.Length > 2 ? first[2] : "", headers, wire[(end + 4)..], wire, wasReset);
    }
}
