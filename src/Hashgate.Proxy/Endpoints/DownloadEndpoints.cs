using Hashgate.Core.Downloads;
using Hashgate.Proxy.Access;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/api/v1/downloads</c>: who was served a file, a release, a project, or these bytes under whatever name.</summary>
internal static class DownloadEndpoints
{
    public static void MapDownloads(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/downloads", GetAsync).RequireRole(Role.View);

    private static Task<IResult> GetAsync(
        HttpContext context, DownloadOperations downloads, string? project, string? filename, string? version, string? sha256, string? since, string? format) => Api.Guard(context, async () =>
    {
        if (format is not (null or "json" or "csv")) return await Api.WrongAsync(context, $"format is {Api.Quote(format)}: it must be json or csv.");
        if (!downloads.TryRead(new DownloadFilter(project, filename, version, sha256, since), out var asked, out var why)) return await Api.WrongAsync(context, why);
        await using var entries = downloads.ReadAsync(asked, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        // A store that is away is told before the answer is begun: later nothing but the end of the connection could tell it.
        var some = await entries.MoveNextAsync();
        if (format == "csv") await WriteCsvAsync(context, entries, some);
        else await Results.Json(new { since = asked.Query.Since, downloads = Rows(entries, some) }).ExecuteAsync(context);
        return Results.Empty;
    });

    private static async Task WriteCsvAsync(HttpContext context, IAsyncEnumerator<Download> entries, bool some)
    {
        Csv.Announce(context.Response, "downloads.csv");
        await WriteAsync(Csv.Line("day", "project", "version", "filename", "sha256", "client", "tool", "toolVersion", "ci", "userAgent", "count", "last"));
        for (; some; some = await entries.MoveNextAsync())
        {
            var (d, tool) = (entries.Current, ClientTool.Of(entries.Current.UserAgent));
            await WriteAsync(Csv.Line(d.Day, d.Project.Value, d.Version, d.Filename, d.Sha256?.ToString(), d.Client, tool?.Name, tool?.Version, tool?.IsCi, d.UserAgent, d.Count, d.Last));
        }

        Task WriteAsync(string line) => context.Response.WriteAsync(line, context.RequestAborted);
    }

    private static async IAsyncEnumerable<object> Rows(IAsyncEnumerator<Download> entries, bool some)
    {
        for (; some; some = await entries.MoveNextAsync())
        {
            var (d, tool) = (entries.Current, ClientTool.Of(entries.Current.UserAgent));
            yield return new
            {
                day = d.Day,
                project = d.Project.Value,
                version = d.Version,
                filename = d.Filename,
                sha256 = d.Sha256?.ToString(),
                client = d.Client,
                tool = tool?.Name,
                toolVersion = tool?.Version,
                ci = tool?.IsCi,
                userAgent = d.UserAgent,
                count = d.Count,
                last = d.Last,
            };
        }
    }
}
