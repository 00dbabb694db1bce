using System.Text;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Hashgate.Proxy.Endpoints;

/// <summary>
/// Events as they happen, as server-sent events (HTML standard, 9.2): the id is the event's, so that a client that comes back goes on where
/// it was. A bounded number at once; each ends when this process drains, and when who asked may not view any more.
/// </summary>
internal sealed partial class EventStreams(
    IEventLog events, HashgateSettings settings, Callers callers, Draining draining, TimeProvider time, IOptions<JsonOptions> json, ILogger<EventStreams> logger)
{
    /// <summary>A proxy between us takes a silent answer for a dead one after a minute.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>After so many heartbeats it is looked again whether who asked may still view: each minute.</summary>
    private const int BeatsBetweenChecks = 4;

    private const int MaxUnflushed = 16 << 10;

    private int _open;

    /// <exception cref="StoreUnavailableException">Before anything was sent: the store can't be read.</exception>
    /// <exception cref="FormatException">Before anything was sent: the id to go on after is none.</exception>
    public async Task SendAsync(HttpContext context, EventQuery filter)
    {
        if (Interlocked.Increment(ref _open) > settings.MaxEventStreams)
        {
            Interlocked.Decrement(ref _open);
            context.Response.Headers.RetryAfter = "30";
            await Api.WrongAsync(context, $"There are {settings.MaxEventStreams} streams already (Events:MaxStreams); ask again later, or ask /api/v1/events?after=… every few seconds.", StatusCodes.Status429TooManyRequests);
            return;
        }
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, draining.Started);
            await SendAsync(context, filter, end);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || draining.IsStarted)
        {
            // The client left, or comes back to another process; what was sent is whole either way. Browsers come back only from an answer that is a stream.
            if (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested) StartAnswer(context.Response, "retry: 2000\n\n");
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task SendAsync(HttpContext context, EventQuery filter, CancellationTokenSource end)
    {
        // A client that comes back says so in the header, while the address it asks for is the first one still.
        var header = context.Request.Headers["Last-Event-ID"].ToString();
        var after = header.Length > 0 ? header : EventFilter.Text(context.Request.Query, "after") ?? await events.NewestAsync(end.Token);
        await using var following = events.FollowAsync(after, filter, end.Token).GetAsyncEnumerator(end.Token);
        var next = following.MoveNextAsync().AsTask();
        try
        {
            if (next.IsFaulted) await next;
            // An id alone is no event: who loses the connection before the first one goes on from here.
            StartAnswer(context.Response, $"retry: 2000\nid: {after}\n\n");
            await context.Response.BodyWriter.FlushAsync(end.Token);
            using var beats = new PeriodicTimer(Heartbeat, time);
            var beat = beats.WaitForNextTickAsync(end.Token).AsTask();
            for (var count = 1; ;)
            {
                if (!next.IsCompleted || context.Response.BodyWriter.UnflushedBytes > MaxUnflushed) await context.Response.BodyWriter.FlushAsync(end.Token);
                await Task.WhenAny(next, beat);
                // First: a flood of events must not put off the check.
                if (beat.IsCompleted)
                {
                    await beat;
                    if (count++ % BeatsBetweenChecks == 0 && (await callers.IdentifyAsync(context)).Role < Role.View) return;
                    Write(context.Response, ":\n\n");
                    beat = beats.WaitForNextTickAsync(end.Token).AsTask();
                    continue;
                }
                if (!await next) return;
                var row = EventRow.Of(following.Current);
                Write(context.Response, $"id: {row.Id}\nevent: {row.Kind}\ndata: {JsonSerializer.Serialize(row, json.Value.SerializerOptions)}\n\n");
                next = following.MoveNextAsync().AsTask();
            }
        }
        catch (StoreUnavailableException error) when (context.Response.HasStarted)
        {
            // The client comes back after the last id that it has.
            LogBroken(error);
        }
        finally
        {
            // What is under way must have ended before it can be disposed of.
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void StartAnswer(HttpResponse response, string opening)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["X-Accel-Buffering"] = "no";
        Write(response, opening);
    }

    private static void Write(HttpResponse response, string text) => Encoding.UTF8.GetBytes(text, response.BodyWriter);

    [LoggerMessage(3602, LogLevel.Warning, "A stream of events ends: they can't be read")]
    private partial void LogBroken(Exception error);
}
