using System.Diagnostics;
using System.Globalization;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Storage.Events;

namespace Hashgate.Benchmarks;

/// <summary>
/// An event store of 30 days as a busy organisation fills it, and how long it takes to answer what the dashboard asks: by the clock, and of
/// the processor alone, which holds on a busy machine too.
/// </summary>
/// <param name="path">The SQLite file; one that holds events already is not filled again.</param>
internal sealed class Events(string path)
{
    private const int BatchLength = 500;
    private const int Repeats = 7;

    private static readonly TimeSpan Length = TimeSpan.FromDays(30);

    // Up to today, so that a Hashgate that is started over the directory shows them.
    private static readonly DateTimeOffset Start = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero) - Length;
    private static readonly string[] Rules = ["minimum-age", "malware", "vulnerability", "provenance", "flagged", "allowlist", "sdist", "late-file"];
    private static readonly string[] Agents = [.. Enumerable.Range(0, 40).Select(i => $$$"""pip/24.{{{i % 4}}} {"ci":{{{(i % 3 == 0 ? "true" : "null")}}},"cpu":"x86_64","distro":{"name":"Debian","version":"{{{i % 10}}}"},"implementation":{"name":"CPython","version":"3.{{{8 + (i % 6)}}}.1"},"python":"3.{{{8 + (i % 6)}}}.1","system":{"name":"Linux"}}""")];

    /// <summary>Fills it, and prints the times.</summary>
    public async Task RunAsync(int count)
    {
        using var store = new SqliteEventStore(path);
        await store.OpenAsync(CancellationToken.None);
        var random = new Random(1);
        if (await store.NewestAsync(CancellationToken.None) == StoredEvent.BeforeAll) await FillAsync(store, random, count);
        await MeasureAsync("append of one, with its flush to the disk", async () => await store.AppendAsync([Some(random, count - 1, count)], CancellationToken.None));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(path).Length >> 20,10} MiB  the file"));

        var end = Start + Length;
        await MeasureAsync("summary of 24 hours", async () => await store.SummarizeAsync(end.AddDays(-1), end, TimeSpan.FromHours(1), CancellationToken.None));
        await MeasureAsync("summary of 7 days", async () => await store.SummarizeAsync(end.AddDays(-7), end, TimeSpan.FromHours(6), CancellationToken.None));
        await MeasureAsync("summary of 30 days", async () => await store.SummarizeAsync(Start, end, TimeSpan.FromDays(1), CancellationToken.None));
        foreach (var (name, query) in Queries(end))
        {
            var page = await store.QueryAsync(query, CancellationToken.None);
            await MeasureAsync($"{name} ({page.Events.Count} on the page{(page.NextCursor is null ? "" : ", more")})", async () => await store.QueryAsync(query, CancellationToken.None));
        }
        await MeasureAsync("what came after an id", async () => await store.ReadAfterAsync((count / 2).ToString(CultureInfo.InvariantCulture), new EventQuery(), CancellationToken.None));
    }

    private static async Task FillAsync(SqliteEventStore store, Random random, int count)
    {
        var (clock, processor) = (Stopwatch.StartNew(), Processor);
        for (var first = 0; first < count; first += BatchLength)
        {
            await store.AppendAsync([.. Enumerable.Range(first, Math.Min(BatchLength, count - first)).Select(i => Some(random, i, count))], CancellationToken.None);
        }
        Tell($"append, {BatchLength} at once, per event", clock.Elapsed / count, (Processor - processor) / count);
    }

    private static IEnumerable<(string Name, EventQuery Query)> Queries(DateTimeOffset end) =>
    [
        ("newest", new EventQuery()),
        ("kind", new EventQuery([EventKinds.Blocked])),
        ("kinds, common", new EventQuery([EventKinds.Blocked, EventKinds.Held])),
        ("kinds, rare", new EventQuery([EventKinds.HashMismatch, EventKinds.HashChanged, EventKinds.StoreAlarm])),
        ("rule", new EventQuery(Rule: "malware")),
        ("project", new EventQuery(Project: "project-7")),
        ("project that has none", new EventQuery(Project: "no-such-project")),
        ("client", new EventQuery(Client: "10.0.3.7")),
        ("client and kind", new EventQuery([EventKinds.Held], Client: "10.0.3.7")),
        ("kind and rule and project", new EventQuery([EventKinds.Held], Rule: "sdist", Project: "project-7")),
        ("one hour, three weeks ago", new EventQuery(Since: end.AddDays(-21), Until: end.AddDays(-21).AddHours(1))),
        ("last 7 days and rule", new EventQuery(Rule: "flagged", Since: end.AddDays(-7))),
        ("text, common", new EventQuery(Text: "PROJECT-1")),
        ("text, rare", new EventQuery(Text: "project-1999 7.")),
        ("text that nothing has", new EventQuery(Text: "no such thing")),
        ("text and kinds", new EventQuery([EventKinds.Blocked, EventKinds.Held], Text: "no such thing")),
        ("text that isn't ASCII", new EventQuery(Text: "\u00e9\u00e9")),
    ];

    // A few projects and clients come often, most seldom.
    private static Event Some(Random random, int number, int count)
    {
        var project = ProjectName.Parse(string.Create(CultureInfo.InvariantCulture, $"project-{(int)(2000 * Math.Pow(random.NextDouble(), 3))}"));
        var client = (int)(4000 * Math.Pow(random.NextDouble(), 2));
        var version = string.Create(CultureInfo.InvariantCulture, $"{random.Next(9)}.{random.Next(20)}");
        var rule = Rules[(int)(Rules.Length * Math.Pow(random.NextDouble(), 2))];
        return new Event
        {
            Kind = random.Next(100_000) switch { < 40 => EventKinds.HashMismatch, < 60 => EventKinds.HashChanged, < 30_000 => EventKinds.FirstSeen, < 60_000 => EventKinds.Held, _ => EventKinds.Blocked },
            When = Start + (Length * ((double)number / count)) + TimeSpan.FromSeconds(random.Next(60)),
            Upstream = "pypi",
            Project = project,
            Version = version,
            Filename = $"{project.Value.Replace('-', '_')}-{version}-py3-none-any.whl",
            Rule = rule,
            Reason = $"{project} {version} is refused by {rule}, for a reason that takes a sentence of usual length to tell",
            Client = string.Create(CultureInfo.InvariantCulture, $"10.0.{client / 250}.{client % 250}"),
            UserAgent = Agents[random.Next(Agents.Length)],
            RequestId = string.Create(CultureInfo.InvariantCulture, $"0HN{number:X10}:00000001"),
            Count = random.Next(5) == 0 ? random.Next(1, 50) : 1,
        };
    }

    private static async Task MeasureAsync(string what, Func<Task> work)
    {
        await work();
        var times = new List<TimeSpan>();
        var before = Processor;
        for (var i = 0; i < Repeats; i++)
        {
            var clock = Stopwatch.StartNew();
            await work();
            times.Add(clock.Elapsed);
        }
        Tell(what, times.Order().ElementAt(Repeats / 2), (Processor - before) / Repeats);
    }

    private static TimeSpan Processor => Environment.CpuUsage.TotalTime;

    private static void Tell(string what, TimeSpan clock, TimeSpan processor) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.TotalMilliseconds,10:0.000} ms {processor.TotalMilliseconds,10:0.000} ms of the processor  {what}"));
}
