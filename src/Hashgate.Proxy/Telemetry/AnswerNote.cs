namespace Hashgate.Proxy.Telemetry;

/// <summary>
/// What an answer was made of, told by the endpoint that gave it to what counts it: among the request's features, which the server keeps in a
/// list that it clears and uses again. A finished note each, so that none is made for a request.
/// </summary>
internal sealed class AnswerNote
{
    public static readonly AnswerNote PageHit = new(Route.Page, CacheOutcome.Hit);
    public static readonly AnswerNote PageStale = new(Route.Page, CacheOutcome.Stale);
    public static readonly AnswerNote PageMiss = new(Route.Page, CacheOutcome.Miss);
    private static readonly AnswerNote FileHit = new(Route.File, CacheOutcome.Hit);
    private static readonly AnswerNote FileMiss = new(Route.File, CacheOutcome.Miss);
    private static readonly AnswerNote MetadataHit = new(Route.Metadata, CacheOutcome.Hit);
    private static readonly AnswerNote MetadataMiss = new(Route.Metadata, CacheOutcome.Miss);

    private AnswerNote(Route route, CacheOutcome outcome) => (Route, Outcome) = (route, outcome);

    public Route Route { get; }

    public CacheOutcome Outcome { get; }

    /// <summary>A file or its core metadata that was there, or was waited for.</summary>
    public static AnswerNote OfFile(bool isMetadata, bool hit) =>
        isMetadata ? hit ? MetadataHit : MetadataMiss : hit ? FileHit : FileMiss;

    // By its type: a generic call through the interface is looked up each time.
    public void Put(HttpContext context) => context.Features[typeof(AnswerNote)] = this;

    public static AnswerNote? Of(HttpContext context) => (AnswerNote?)context.Features[typeof(AnswerNote)];
}
