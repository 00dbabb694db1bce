using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Telemetry;

namespace Hashgate.Proxy.Endpoints;

/// <summary>The one door through which a refusal leaves: status, reason phrase, problem+json, headers, event.</summary>
internal sealed partial class Refusal(RequestInfo requests, ClientGate gate, IEventLog events, RefusalCounters counters, TimeProvider time, ILogger<Refusal> logger)
{
    /// <summary>403 for what policy or the proof refuses, 504 where first sight can't be recorded now.</summary>
    public async Task WriteAsync(HttpContext context, ProjectName project, string? version, string? filename, Finding finding)
    {
        var unavailable = finding.Rule == RuleNames.TrustUnavailable;
        var phrase = RefusalPhrase.Of(finding, requests.BaseUrl(context), project, version);
        var held = finding.Verdict == Verdict.Hold;
        var reason = RefusalPhrase.PrintableAscii(finding.Reason);
        Record(context, project, version, filename, finding, held);

        var headers = context.Response.Headers;
        headers["Hashgate-Verdict"] = held
            ? $"hold; rule={finding.Rule}" + (finding.Until is { } until ? $"; until={until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "")
            : $"block; rule={finding.Rule}";
        headers["Hashgate-Request-Id"] = RequestInfo.Id(context);
        await Problem.WriteAsync(
            context,
            unavailable ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status403Forbidden,
            held ? "Held by Hashgate" : "Blocked by Hashgate",
            phrase,
            phrase,
            ("project", project.Value), ("version", version), ("filename", filename), ("rule", finding.Rule), ("reason", reason), ("requestId", RequestInfo.Id(context)));
    }

    /// <summary>504 for what can't be had now; installers show the phrase and do not hammer.</summary>
    public async Task WriteUnavailableAsync(HttpContext context, string what, string? upstream, FetchError error)
    {
        counters.Unavailable(error.Kind);
        LogUnavailable(what, error.Kind, error.Detail, RequestInfo.Client(context), RequestInfo.Id(context));
        context.Response.Headers["Hashgate-Request-Id"] = RequestInfo.Id(context);
        var who = error.Kind is FetchErrorKind.TrustUnavailable or FetchErrorKind.NoRoom || upstream is null ? "Hashgate" : $"Hashgate: upstream {upstream}";
        await Problem.WriteAsync(context, StatusCodes.Status504GatewayTimeout, "Not to be had now", $"{who}: {error.Detail}", $"{who}: {Shorten(error.Detail)}", ("requestId", RequestInfo.Id(context)));
    }

    /// <summary>429 with a short Retry-After; installers wait and ask again.</summary>
    public async Task WriteBusyAsync(HttpContext context, FileContent.Busy busy)
    {
        LogBusy(RequestInfo.Client(context), busy.Reason, RequestInfo.Id(context));
        context.Response.Headers["Hashgate-Request-Id"] = RequestInfo.Id(context);
        context.Response.Headers.RetryAfter = ((int)busy.RetryAfter.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await Problem.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Ask again soon", busy.Reason, "Hashgate: " + busy.Reason, ("requestId", RequestInfo.Id(context)));
    }

    /// <summary>404.</summary>
    public static Task WriteMissingAsync(HttpContext context, string what) =>
        Problem.WriteAsync(context, StatusCodes.Status404NotFound, "Not found", what, more: ("requestId", RequestInfo.Id(context)));

    private void Record(HttpContext context, ProjectName project, string? version, string? filename, Finding finding, bool held)
    {
        counters.Refused(finding);
        LogRefused(project.Value, version, filename, finding.Rule, finding.Reason, RequestInfo.Client(context), RequestInfo.Id(context));
        events.Record(new Event
        {
            Kind = held ? EventKinds.Held : EventKinds.Blocked,
            When = time.GetUtcNow(),
            Project = project,
            Version = version,
            Filename = filename,
            Rule = finding.Rule,
            Reason = finding.Reason,
            Client = RequestInfo.Client(context),
            UserAgent = RequestInfo.UserAgent(context),
            RequestId = RequestInfo.Id(context),
            Actor = gate.ActorOf(context),
        });
    }

    private static string Shorten(string text) => text.Length <= 160 ? text : text[..157] + "...";

    [LoggerMessage(1001, LogLevel.Warning, "Refused {Project} {Version} {Filename}: {Rule}, {Reason}; client {Client}, request {RequestId}")]
    private partial void LogRefused(string project, string? version, string? filename, string rule, string reason, string client, string requestId);

    [LoggerMessage(1002, LogLevel.Warning, "{What} is not to be had: {Kind}, {Detail}; client {Client}, request {RequestId}")]
    private partial void LogUnavailable(string what, FetchErrorKind kind, string detail, string client, string requestId);

    [LoggerMessage(1003, LogLevel.Information, "Told client {Client} to ask again: {Reason}; request {RequestId}")]
    private partial void LogBusy(string client, string reason, string requestId);
}
