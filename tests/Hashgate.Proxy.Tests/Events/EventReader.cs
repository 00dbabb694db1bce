using System.Text.Json;

namespace Hashgate.Proxy.Tests.Events;

/// <summary>A client of the stream of events, as a browser's EventSource is one: it keeps the last id it was told.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _reader;

    private EventReader(HttpResponseMessage answer, Stream body) => (_answer, _reader) = (answer, new StreamReader(body));

    public HttpResponseMessage Answer => _answer;

    public string? LastId { get; private set; }

    public int Comments { get; private set; }

    /// <summary>Connects, and goes on after <paramref name="lastId"/> if there is one.</summary>
    public static async Task<EventReader> OpenAsync(HttpClient client, string query, string? lastId, CancellationToken cancellationToken, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/events/stream" + query);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        if (lastId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return new EventReader(answer, await answer.Content.ReadAsStreamAsync(cancellationToken));
    }

    /// <summary>Waits for the id that comes before all events.</summary>
    public async Task WhenConnectedAsync(CancellationToken cancellationToken)
    {
        while (LastId is null) Assert.NotNull(await LineAsync(cancellationToken));
    }

    /// <summary>The next event's kind and data; null at the end of the stream.</summary>
    public async Task<(string Kind, JsonElement Data)?> NextAsync(CancellationToken cancellationToken)
    {
        string? kind = null, data = null;
        while (await LineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) kind = line["event: ".Length..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line["data: ".Length..];
            if (line.Length == 0 && data is not null) return (kind!, JsonDocument.Parse(data).RootElement);
        }
        return null;
    }

    public async Task<string?> NextReasonAsync(CancellationToken cancellationToken) => (await NextAsync(cancellationToken))?.Data.GetProperty("reason").GetString();

    /// <summary>Reads on until a heartbeat came.</summary>
    public async Task WhenBeatAsync(CancellationToken cancellationToken)
    {
        for (var before = Comments; Comments == before;) Assert.NotNull(await LineAsync(cancellationToken));
    }

    public void Dispose()
    {
        _reader.Dispose();
        _answer.Dispose();
    }

    private async Task<string?> LineAsync(CancellationToken cancellationToken)
    {
        var line = await _reader.ReadLineAsync(cancellationToken);
        if (line?.StartsWith("id: ", StringComparison.Ordinal) == true) LastId = line["id: ".Length..];
        if (line?.StartsWith(':') == true) Comments++;
        return line;
    }
}
