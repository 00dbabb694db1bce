using System.Net;
using Hashgate.Core.Events;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.AspNetCore.Http;

namespace Hashgate.Proxy.Tests.Events;

/// <summary>Events as they happen.</summary>
public sealed class EventStreamTests : IAsyncLifetime, IDisposable
{
    private static readonly Dictionary<string, string?> TwoStreams = new() { ["Events:MaxStreams"] = "2" };
    private static readonly Dictionary<string, string?> LongDrain = new() { ["Shutdown:DrainTimeout"] = "01:00:00" };

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private RunningHashgate _hashgate = null!;

    private CancellationToken Patience => _patience.Token;

    public async Task InitializeAsync() => _hashgate = await RunningHashgate.StartAsync(null);

    public async Task DisposeAsync() => await _hashgate.DisposeAsync();

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task Event_comes_with_its_id_kind_and_data_as_it_happens()
    {
        using var reader = await OpenAsync();
        await reader.WhenConnectedAsync(Patience);
        var headers = reader.Answer.Headers;
        Assert.Equal("text/event-stream", reader.Answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(("no", true), (headers.GetValues("X-Accel-Buffering").Single(), headers.CacheControl!.NoStore));

        var stored = await RecordAsync(0, EventKinds.Held);

        var (kind, data) = (await reader.NextAsync(Patience))!.Value;
        Assert.Equal((EventKinds.Held, "0", stored.Id, stored.Id), (kind, data.GetProperty("reason").GetString(), data.GetProperty("id").GetString(), reader.LastId));
    }

    [Fact]
    public async Task Filters_choose_what_comes()
    {
        using var reader = await OpenAsync("?kind=held,blocked&q=2");
        await reader.WhenConnectedAsync(Patience);
        for (var i = 0; i < 30; i++) await RecordAsync(i, i % 2 == 0 ? EventKinds.Held : EventKinds.Acted);
        foreach (var expected in (string[])["2", "12", "20", "22", "24", "26", "28"]) Assert.Equal(expected, await reader.NextReasonAsync(Patience));
    }

    [Fact]
    public async Task Client_that_comes_back_again_and_again_sees_each_event_once()
    {
        var recording = Task.Run(async () =>
        {
            for (var i = 0; i < 400; i++) await RecordAsync(i);
        });
        var seen = new List<string?>();
        string? last = null;
        while (seen.Count < 400)
        {
            // The address stays the first one, as a browser has it.
            using var reader = await EventReader.OpenAsync(_hashgate.Client, "?after=0", last, Patience);
            for (var left = 37; left > 0 && seen.Count < 400; left--) seen.Add(await reader.NextReasonAsync(Patience));
            last = reader.LastId;
        }
        await recording;
        Assert.Equal(Enumerable.Range(0, 400).Select(i => $"{i}"), seen);
    }

    [Fact]
    public async Task Client_that_is_gone_before_the_first_event_loses_none()
    {
        string? last;
        using (var reader = await OpenAsync())
        {
            await reader.WhenConnectedAsync(Patience);
            last = reader.LastId;
        }
        await RecordAsync(0);
        using var again = await EventReader.OpenAsync(_hashgate.Client, "", last, Patience);
        Assert.Equal("0", await again.NextReasonAsync(Patience));
    }

    [Theory]
    [InlineData("", "junk")]
    [InlineData("?after=junk", null)]
    [InlineData("?kind=junk", null)]
    public async Task Wrong_filter_or_id_is_told(string query, string? lastId)
    {
        using var reader = await EventReader.OpenAsync(_hashgate.Client, query, lastId, Patience);
        Assert.Equal(HttpStatusCode.BadRequest, reader.Answer.StatusCode);
        Assert.Equal("application/problem+json", reader.Answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task More_streams_than_there_may_be_are_told_to_wait_until_one_ends()
    {
        await using var hashgate = await RunningHashgate.StartAsync(null, TwoStreams);
        using var first = await OpenAsync();
        var second = await OpenAsync();
        await second.WhenConnectedAsync(Patience);
        using (var third = await OpenAsync())
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, third.Answer.StatusCode);
            Assert.NotNull(third.Answer.Headers.RetryAfter);
        }
        second.Dispose();
        while (true)
        {
            using var next = await OpenAsync();
            if (next.Answer.StatusCode == HttpStatusCode.OK) break;
            await Task.Delay(10, Patience);
        }

        Task<EventReader> OpenAsync() => EventReader.OpenAsync(hashgate.Client, "", null, Patience);
    }

    [Fact]
    public async Task Streams_end_when_the_server_drains_and_do_not_hold_it_up()
    {
        var own = await RunningHashgate.StartAsync(null, LongDrain);
        using var reader = await EventReader.OpenAsync(own.Client, "", null, Patience);
        await reader.WhenConnectedAsync(Patience);
        var stopping = own.DisposeAsync().AsTask();
        Assert.Null(await reader.NextAsync(Patience));
        await stopping.WaitAsync(Patience);
    }

    [Fact]
    public async Task Stream_that_is_asked_for_while_the_server_drains_is_one_that_browsers_come_back_from()
    {
        await using var own = await RunningHashgate.StartAsync(null);
        await own.Get<Draining>().StoppingAsync(new CancellationToken(canceled: true));
        using var reader = await EventReader.OpenAsync(own.Client, "", null, Patience);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (reader.Answer.StatusCode, reader.Answer.Content.Headers.ContentType?.ToString()));
        Assert.Null(await reader.NextAsync(Patience));
        Assert.Null(reader.LastId);
    }

    [Fact]
    public async Task Silence_is_broken_every_fifteen_seconds()
    {
        var time = new ManualTimeProvider();
        await using var hashgate = await RunningHashgate.StartAsync(null, time: time);
        using var reader = await EventReader.OpenAsync(hashgate.Client, "", null, Patience);
        await reader.WhenConnectedAsync(Patience);
        for (var beat = 1; beat <= 6; beat++)
        {
            while (!time.IsAwaited(time.GetUtcNow() + TimeSpan.FromSeconds(15))) await Task.Delay(2, Patience);
            time.Advance(TimeSpan.FromSeconds(15));
            await reader.WhenBeatAsync(Patience);
        }
        Assert.Equal(6, reader.Comments);
    }

    [Fact]
    public async Task Stream_ends_within_a_minute_after_who_asked_may_not_view_any_more()
    {
        var time = new ManualTimeProvider();
        await using var hashgate = await RunningHashgate.StartAsync(null, time: time);
        var context = new DefaultHttpContext();
        context.Response.Body = new MemoryStream();
        context.Request.Headers.Authorization = "Bearer " + hashgate.AdminToken;
        var sending = hashgate.Get<EventStreams>().SendAsync(context, new EventQuery());

        await BeatAsync(6);
        Assert.False(sending.IsCompleted);
        context.Request.Headers.Authorization = "Bearer something-else";
        await BeatAsync(4);

        await sending.WaitAsync(Patience);

        async Task BeatAsync(int times)
        {
            for (var i = 0; i < times && !sending.IsCompleted; i++)
            {
                var due = time.GetUtcNow() + EventStreams.Heartbeat;
                while (!time.IsAwaited(due) && !sending.IsCompleted) await Task.Delay(2, Patience);
                var length = context.Response.Body.Length;
                time.Advance(EventStreams.Heartbeat);
                while (context.Response.Body.Length == length && !sending.IsCompleted) await Task.Delay(2, Patience);
            }
        }
    }

    private Task<EventReader> OpenAsync(string query = "") => EventReader.OpenAsync(_hashgate.Client, query, null, Patience);

    private async Task<StoredEvent> RecordAsync(int number, string kind = EventKinds.Acted) =>
        await _hashgate.Get<IEventLog>().RecordAsync(new Event { Kind = kind, When = TimeProvider.System.GetUtcNow(), Reason = $"{number}" }, Patience);
}
