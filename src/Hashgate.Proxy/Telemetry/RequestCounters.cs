using Hashgate.Core.Traffic;

namespace Hashgate.Proxy.Telemetry;

/// <summary>Counts answers. A count is one addition to a number of its own: no names, no look-ups, nothing made.</summary>
internal sealed class RequestCounters
{
    /// <summary>The statuses that are told apart; any other is 0.</summary>
    public static readonly int[] Statuses = [0, 200, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 406, 409, 413, 415, 416, 422, 429, 431, 499, 500, 503, 504];

    public static readonly Route[] Routes = Enum.GetValues<Route>();
    public static readonly CacheOutcome[] Outcomes = Enum.GetValues<CacheOutcome>();

    /// <summary>The place of each status below 512 in <see cref="Statuses"/>.</summary>
    private static readonly byte[] StatusIndex = [.. Enumerable.Range(0, 512).Select(status => (byte)Math.Max(0, Array.IndexOf(Statuses, status)))];

    private readonly long[] _answers = new long[Routes.Length * Statuses.Length * Outcomes.Length];
    private long _bytesServed;

    /// <summary>One request was answered, or ended without a whole answer: the client left.</summary>
    public void Count(HttpContext context, bool isCut)
    {
        var status = isCut ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode;
        if (AnswerNote.Of(context) is { } note) Answered(note.Route, status, note.Outcome);
        else Answered(RoutePaths.Of(context.Request.Path.Value ?? ""), status, CacheOutcome.None);
    }

    public void Answered(Route route, int status, CacheOutcome outcome) =>
        Interlocked.Increment(ref _answers[Index((int)route, StatusIndex[status & 511], (int)outcome)]);

    /// <summary>Bytes of a file went out.</summary>
    public void Served(long bytes) => Interlocked.Add(ref _bytesServed, bytes);

    /// <summary>Bytes of files that went out.</summary>
    public long BytesServed => Interlocked.Read(ref _bytesServed);

    /// <summary>Every combination that was counted.</summary>
    public IEnumerable<(Route Route, int Status, CacheOutcome Outcome, long Count)> Answers =>
        from route in Routes
        from status in Enumerable.Range(0, Statuses.Length)
        from outcome in Outcomes
        let count = Interlocked.Read(ref _answers[Index((int)route, status, (int)outcome)])
        where count > 0
        select (route, Statuses[status], outcome, count);

    /// <summary>What the record of traffic keeps of it, since the start; of no hour.</summary>
    public TrafficHour Traffic
    {
        get
        {
            var answers = Answers.ToArray();
            return new TrafficHour(
                default,
                Sum(answers, a => a.Route is Route.List or Route.Page or Route.File or Route.Metadata or Route.Json or Route.Provenance),
                Sum(answers, a => a is { Route: Route.Page, Outcome: CacheOutcome.Hit or CacheOutcome.Stale }),
                Sum(answers, a => a is { Route: Route.Page, Outcome: CacheOutcome.Miss }),
                Sum(answers, a => a is { Route: Route.File or Route.Metadata, Outcome: CacheOutcome.Hit }),
                Sum(answers, a => a is { Route: Route.File or Route.Metadata, Outcome: CacheOutcome.Miss }),
                BytesServed,
                0);
        }
    }

    private static int Index(int route, int status, int outcome) => (route * Statuses.Length + status) * Outcomes.Length + outcome;

    private static long Sum(
        (Route Route, int Status, CacheOutcome Outcome, long Count)[] answers, Func<(Route Route, int Status, CacheOutcome Outcome, long Count), bool> which) =>
        answers.Where(which).Sum(a => a.Count);
}
