using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Storage.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hashgate.Proxy.Tests.Events;

/// <summary>What <c>/api/v1/events</c> answers.</summary>
public sealed class EventRouteTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2020, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync() => _hashgate = await RunningHashgate.StartAsync(null);

    public async Task DisposeAsync() => await _hashgate.DisposeAsync();

    [Theory]
    [InlineData("", "3,2,1,0")]
    [InlineData("kind=held", "1")]
    [InlineData("kind=held&kind=acted", "3,1")]
    [InlineData("kind=held,acted", "3,1")]
    [InlineData("kind=", "3,2,1,0")]
    [InlineData("project=Flask_Login", "2,1")]
    [InlineData("rule=malware", "2")]
    [InlineData("client=192.0.2.1", "2,0")]
    [InlineData("q=PIP%2F24", "2")]
    [InlineData("q=flask&client=192.0.2.1", "2")]
    [InlineData("since=2020-03-01T12:02:00Z", "3,2")]
    [InlineData("until=2020-03-01T13:02:00%2B01:00", "1,0")]
    [InlineData("limit=2", "3,2")]
    [InlineData("after=0&limit=2", "0,1")]
    [InlineData("q=no-such-thing", "")]
    public async Task Filters_choose_what_is_answered(string query, string expected)
    {
        await RecordAsync(
            Some(0, EventKinds.Blocked, "requests", "minimum-age") with { Client = "192.0.2.1" },
            Some(1, EventKinds.Held, "flask-login", "minimum-age") with { Client = "192.0.2.2" },
            Some(2, EventKinds.Blocked, "flask-login", "malware") with { Client = "192.0.2.1", UserAgent = "pip/24.0" },
            Some(3, EventKinds.Acted));
        var answer = await GetAsync(query);
        Assert.Equal(expected, string.Join(',', answer.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("reason").GetString())));
    }

    [Theory]
    [InlineData("kind=block", "kind may be blocked, held, ")]
    [InlineData("limit=0", "limit must be a whole number from 1 to 1000")]
    [InlineData("limit=1001", "limit must be a whole number from 1 to 1000")]
    [InlineData("since=yesterday", "since must be a time")]
    [InlineData("until=32", "until must be a time")]
    [InlineData("cursor=junk", "no event's id")]
    [InlineData("after=junk", "no event's id")]
    [InlineData("rule=a&rule=b", "rule is given 2 times")]
    [InlineData("format=xml", "format must be csv or json")]
    [InlineData("format=csv&cursor=junk", "no event's id")]
    public async Task Wrong_filter_is_told(string query, string expected)
    {
        using var answer = await _hashgate.Client.GetAsync("api/v1/events?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_text_is_not_looked_for()
    {
        using var answer = await _hashgate.Client.GetAsync("api/v1/events?q=" + new string('x', 257));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Who_polls_after_the_last_id_sees_each_event_once()
    {
        var seen = new List<string?>();
        var after = "0";
        for (var i = 0; i < 5; i++)
        {
            await RecordAsync([.. Enumerable.Range(i * 30, 30).Select(n => Some(n, n % 2 == 0 ? EventKinds.Acted : EventKinds.Flagged))]);
            for (var hasMore = true; hasMore;)
            {
                var answer = await GetAsync($"kind=acted&limit=7&after={after}");
                seen.AddRange(answer.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("reason").GetString()));
                after = answer.GetProperty("after").GetString()!;
                hasMore = answer.GetProperty("hasMore").GetBoolean();
            }
        }
        Assert.Equal(Enumerable.Range(0, 150).Where(n => n % 2 == 0).Select(n => $"{n}"), seen);
    }

    [Fact]
    public async Task One_event_is_had_by_its_id()
    {
        var stored = await _hashgate.Get<IEventLog>().RecordAsync(Some(7), default);
        using var found = JsonDocument.Parse(await _hashgate.Client.GetStringAsync("api/v1/events/" + stored.Id));
        Assert.Equal((stored.Id, "7"), (found.RootElement.GetProperty("id").GetString(), found.RootElement.GetProperty("reason").GetString()));
        using var missing = await _hashgate.Client.GetAsync("api/v1/events/999999");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Summary_counts_what_was_refused()
    {
        await RecordAsync([.. Enumerable.Range(0, 3).Select(i => Some(i * 60, EventKinds.Blocked, "flask", "malware") with { Client = "192.0.2.1" })]);
        using var answer = JsonDocument.Parse(await _hashgate.Client.GetStringAsync("api/v1/events/summary?since=2020-03-01T12:00:00Z&until=2020-03-01T16:00:00Z&step=2"));
        var summary = answer.RootElement;
        Assert.Equal(3, summary.GetProperty("byKind").GetProperty("blocked").GetInt32());
        var series = Assert.Single(summary.GetProperty("refusals").EnumerateArray());
        Assert.Equal("[2,1]", series.GetProperty("counts").GetRawText());
        Assert.Equal("flask", summary.GetProperty("projects")[0].GetProperty("name").GetString());
        using var wrong = await _hashgate.Client.GetAsync("api/v1/events/summary?since=2020-03-01T12:00:00Z&until=2020-03-01T11:00:00Z");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Theory]
    [InlineData("?q=needle&format=csv", null)]
    [InlineData("?q=needle", "text/csv, */*;q=0.1")]
    public async Task Csv_has_all_that_is_filtered_and_nothing_that_a_spreadsheet_runs(string query, string? accept)
    {
        await RecordAsync([.. Enumerable.Range(0, 2500).Select(i => Some(i, EventKinds.Acted) with { Reason = i % 2 == 0 ? $"=needle({i})" : "other" })]);
        await RecordAsync(Some(9000, EventKinds.Acted) with { Reason = "needle,\"q\"\r\n\u202e\u0007", Actor = "@SUM(A1)" });
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/events" + query);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await _hashgate.Client.SendAsync(request);

        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.Matches("^attachment; filename=\"hashgate-events-[0-9TZ]+\\.csv\"$", answer.Content.Headers.ContentDisposition!.ToString());
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n");
        Assert.Equal("\"id\",\"when\",\"kind\",\"count\",\"upstream\",\"project\",\"version\",\"filename\",\"rule\",\"reason\",\"client\",\"userAgent\",\"requestId\",\"actor\"", lines[0]);
        Assert.EndsWith(",\"needle,\"\"q\"\"  [U+202E][U+0007]\",,,,\"'@SUM(A1)\"", lines[1], StringComparison.Ordinal);
        Assert.Contains(",\"'=needle(2498)\",", lines[2], StringComparison.Ordinal);
        Assert.Equal(1 + 1 + 1250 + 1, lines.Length);
        Assert.Equal("", lines[^1]);
    }

    [Fact]
    public async Task Json_export_is_one_array_of_all_that_is_filtered()
    {
        await RecordAsync([.. Enumerable.Range(0, 2100).Select(i => Some(i))]);
        using var answer = await _hashgate.Client.GetAsync("api/v1/events?format=json");
        Assert.EndsWith(".json\"", answer.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
        using var all = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(Enumerable.Range(0, 2100).Reverse().Select(i => $"{i}"), all.RootElement.EnumerateArray().Select(e => e.GetProperty("reason").GetString()));

        using var some = JsonDocument.Parse(await _hashgate.Client.GetStringAsync("api/v1/events?format=json&limit=1500"));
        Assert.Equal(1500, some.RootElement.GetArrayLength());
        using var none = JsonDocument.Parse(await _hashgate.Client.GetStringAsync("api/v1/events?format=json&q=nothing"));
        Assert.Equal(0, none.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Export_whose_store_is_lost_on_the_way_is_no_whole_file()
    {
        using var store = new SqliteEventStore(Path.Combine(_hashgate.DataDirectory, "other.db"));
        await store.AppendAsync([.. Enumerable.Range(0, 1500).Select(i => Some(i))], default);
        var lost = new LostStore(store);
        await using var hashgate = await RunningHashgate.StartAsync(null, services: services => services.Replace(ServiceDescriptor.Singleton<IEventStore>(lost)));
        lost.ReadsLeft = 1;
        await Assert.ThrowsAsync<HttpRequestException>(() => hashgate.Client.GetStringAsync("api/v1/events?format=csv"));
        using var gone = await hashgate.Client.GetAsync("api/v1/events?format=csv");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, gone.StatusCode);
    }

    [Fact]
    public async Task Nobody_reads_without_a_token_where_tokens_are_configured()
    {
        await using var hashgate = await RunningHashgate.StartAsync(null, new Dictionary<string, string?> { ["Admin:Tokens:ann:Value"] = "viewer-token-0123456789" });
        foreach (var path in (string[])["", "/1", "/summary", "/stream", "?format=csv", "?after=0"])
        {
            using var denied = await hashgate.Client.GetAsync("api/v1/events" + path);
            Assert.Equal(HttpStatusCode.Unauthorized, denied.StatusCode);
            using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/events" + path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "viewer-token-0123456789");
            using var let = await hashgate.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.NotEqual(HttpStatusCode.Unauthorized, let.StatusCode);
        }
    }

    private static Event Some(int number, string kind = EventKinds.Acted, string? project = null, string? rule = null) => new()
    {
        Kind = kind,
        When = Noon.AddMinutes(number),
        Project = project is null ? null : ProjectName.Parse(project),
        Filename = kind == EventKinds.Acted ? null : $"{number}.whl",
        Rule = rule,
        Reason = $"{number}",
    };

    private async Task RecordAsync(params Event[] events)
    {
        var log = _hashgate.Get<IEventLog>();
        foreach (var e in events) log.Record(e);
        await log.FlushAsync(default);
    }

    private async Task<JsonElement> GetAsync(string query)
    {
        using var answer = await _hashgate.Client.GetAsync("api/v1/events?" + query);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>A store that can be read so many times more.</summary>
    private sealed class LostStore(IEventStore store) : IEventStore
    {
        public int ReadsLeft { get; set; } = int.MaxValue;

        public bool IsShared => false;

        public ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken) => store.AppendAsync(events, cancellationToken);

        public ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken) =>
            ReadsLeft-- > 0 ? store.QueryAsync(query, cancellationToken) : throw new StoreUnavailableException("lost");

        public ValueTask<LaterEvents> ReadAfterAsync(string id, EventQuery filter, CancellationToken cancellationToken) => store.ReadAfterAsync(id, filter, cancellationToken);

        public ValueTask<StoredEvent?> FindAsync(string id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

        public ValueTask<string> NewestAsync(CancellationToken cancellationToken) => store.NewestAsync(cancellationToken);

        public int Compare(string id, string other) => store.Compare(id, other);

        public ValueTask<EventSummary> SummarizeAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken) =>
            store.SummarizeAsync(since, until, step, cancellationToken);

        public ValueTask TrimAsync(DateTimeOffset before, long maxCount, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
