using System.Globalization;
using System.Text;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Trust;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Sends all events that match as a file, read page by page: as CSV (RFC 4180) or as a JSON array.</summary>
internal sealed partial class EventExport(IEventLog events, TimeProvider time, IOptions<JsonOptions> json, ILogger<EventExport> logger)
{
    private const string CsvFormat = "csv";
    private const string JsonFormat = "json";

    private static readonly string Header =
        Csv.Line("id", "when", "kind", "count", "upstream", "project", "version", "filename", "rule", "reason", "client", "userAgent", "requestId", "actor");

    /// <summary>The format that a request asks for by <c>format</c> or <c>Accept: text/csv</c>; null for the API's own pages.</summary>
    /// <exception cref="FormatException">There is no such format.</exception>
    public static string? Wanted(HttpRequest request) => EventFilter.Text(request.Query, "format") switch
    {
        CsvFormat => CsvFormat,
        JsonFormat => JsonFormat,
        null => request.GetTypedHeaders().Accept.Any(IsCsv) ? CsvFormat : null,
        _ => throw new FormatException("format must be csv or json."),
    };

    /// <param name="most">How many events at most; null for all.</param>
    /// <exception cref="StoreUnavailableException">Before anything was sent: the store can't be read.</exception>
    /// <exception cref="FormatException">Before anything was sent: the cursor is none.</exception>
    public async Task SendAsync(HttpContext context, string format, EventQuery query, int? most)
    {
        var left = most ?? int.MaxValue;
        var page = await PageAsync(query.Cursor);
        var response = context.Response;
        Csv.Announce(response, string.Create(CultureInfo.InvariantCulture, $"hashgate-events-{time.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.{format}"));
        if (format == JsonFormat) response.ContentType = "application/json";
        await response.WriteAsync(format == CsvFormat ? Header : "[", context.RequestAborted);
        var separator = "\n";
        while (true)
        {
            var text = new StringBuilder();
            foreach (var row in page.Events.Select(EventRow.Of))
            {
                if (format == CsvFormat) text.Append(Line(row));
                else text.Append(separator).Append(JsonSerializer.Serialize(row, json.Value.SerializerOptions));
                separator = ",\n";
            }
            left -= page.Events.Count;
            var isLast = page.NextCursor is null || left == 0;
            if (isLast && format == JsonFormat) text.Append("\n]\n");
            await response.WriteAsync(text.ToString(), context.RequestAborted);
            if (isLast) return;
            try
            {
                page = await PageAsync(page.NextCursor);
            }
            catch (StoreUnavailableException error)
            {
                // Half an export must not look like a whole one.
                LogBroken(error);
                context.Abort();
                return;
            }
        }

        ValueTask<EventPage> PageAsync(string? cursor) =>
            events.QueryAsync(query with { Cursor = cursor, Limit = Math.Min(left, EventQuery.MaxLimit) }, context.RequestAborted);
    }

    private static string Line(EventRow e) => Csv.Line(
        e.Id, e.When, e.Kind, e.Count, e.Upstream, e.Project, e.Version, e.Filename, e.Rule, e.Reason, e.Client, e.UserAgent, e.RequestId, e.Actor);

    private static bool IsCsv(MediaTypeHeaderValue type) => type.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase) && type.Quality != 0;

    [LoggerMessage(3601, LogLevel.Warning, "An export of events ends early: they can't be read")]
    private partial void LogBroken(Exception error);
}
