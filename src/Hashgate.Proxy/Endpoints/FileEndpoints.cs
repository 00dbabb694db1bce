using System.Diagnostics;
using Hashgate.Core.Serving;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Telemetry;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/packages/…</c> and <c>/files/&lt;upstream&gt;/…</c>: files and their core metadata.</summary>
internal static class FileEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/packages/{**path}", Methods, static (HttpContext context, FileAnswers files) => files.GetAsync(context, Upstream.PyPI));
        routes.MapMethods("/files/{upstream}/{**path}", Methods, static (HttpContext context, string upstream, FileAnswers files) => files.GetAsync(context, upstream));
    }
}

/// <summary>Finds the file that a path speaks of, and answers with it or with the reason why not.</summary>
internal sealed class FileAnswers(FileLocator locator, Files files, Refusal refusal, Served served, RequestCounters counters)
{
    public Task GetAsync(HttpContext context, string upstream)
    {
        // The raw target was checked: what is left of escapes decodes in one way only.
        var path = context.Request.Path.Value![1..];
        return locator.Fresh(upstream, path) is { } found ? AnswerAsync(context, path, found) : AskAsync(context, upstream, path);
    }

    private async Task AskAsync(HttpContext context, string upstream, string path) =>
        await AnswerAsync(context, path, await locator.FindAsync(upstream, path, context.RequestAborted));

    private Task AnswerAsync(HttpContext context, string path, FileLookup lookup) => lookup switch
    {
        FileLookup.Found found => SendAsync(context, found),
        FileLookup.Refused refused => refusal.WriteAsync(context, refused.Project, refused.Version, refused.Filename, refused.Finding),
        FileLookup.Unavailable unavailable => refusal.WriteUnavailableAsync(context, path, unavailable.Upstream.Name, unavailable.Error),
        FileLookup.Missing => Refusal.WriteMissingAsync(context, "No index page that Hashgate reads lists this file."),
        _ => throw new UnreachableException(),
    };

    private async Task SendAsync(HttpContext context, FileLookup.Found found)
    {
        var content = HttpMethods.IsHead(context.Request.Method)
            ? await files.PeekAsync(found)
            // Whether the client left is asked for only where there is something to wait for: the server makes a source of it for each request.
            : await files.OpenCachedAsync(found) ?? await GetAsync(context, found);
        switch (content)
        {
            case FileContent.Proven proven:
                served.Record(context, found);
                await using (proven.Blob) counters.Served(await FileResponse.WriteProvenAsync(context, proven));
                AnswerNote.OfFile(found.IsMetadata, hit: !proven.JustNow).Put(context);
                break;
            case FileContent.Growing growing:
                served.Record(context, found);
                await using (growing.Follower) counters.Served(await FileResponse.FollowAsync(context, growing.Follower));
                AnswerNote.OfFile(found.IsMetadata, hit: false).Put(context);
                break;
            case FileContent.Elsewhere elsewhere:
                served.Record(context, found);
                FileResponse.SendElsewhere(context, elsewhere.Url);
                AnswerNote.OfFile(found.IsMetadata, hit: false).Put(context);
                break;
            case FileContent.Recorded recorded:
                FileResponse.WriteRecorded(context, recorded.Length);
                break;
            case FileContent.Refused refused:
                await refusal.WriteAsync(context, found.View.Project, found.File.Name.Version?.ToString(), found.ServedName, refused.Finding);
                break;
            case FileContent.Unavailable unavailable:
                await refusal.WriteUnavailableAsync(context, found.ServedName, found.View.Upstream.Name, unavailable.Error);
                break;
            case FileContent.Busy busy:
                await refusal.WriteBusyAsync(context, busy);
                break;
            case FileContent.Missing:
                await Refusal.WriteMissingAsync(context, $"{found.ServedName} is not offered.");
                break;
        }
    }

    private async ValueTask<FileContent> GetAsync(HttpContext context, FileLookup.Found found)
    {
        // Ranges are answered from here: what a store makes of one is its own affair.
        var elsewhere = context.Request.Headers.Range.Count == 0 ? await files.FindElsewhereAsync(found, context.RequestAborted) : null;
        return elsewhere ?? await files.FetchAsync(found, RequestInfo.Client(context), context.RequestAborted);
    }
}
