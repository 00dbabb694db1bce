using Hashgate.Core.Downloads;
using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Telemetry;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Puts on record who is served which file, and what is served although a rule has something to say: warnings, audited refusals, waivers.</summary>
internal sealed class Served(IDownloadLog downloads, ClientGate gate, IEventLog events, RefusalCounters counters, TimeProvider time)
{
    /// <summary>One download; nothing for HEAD and for core metadata, which precede it.</summary>
    public void Record(HttpContext context, FileLookup.Found found)
    {
        if (found.IsMetadata || !HttpMethods.IsGet(context.Request.Method)) return;
        var (project, version, file) = (found.View.Project, found.File.Name.Version?.ToString(), found.File);
        var (client, userAgent) = (RequestInfo.Client(context), RequestInfo.UserAgent(context));
        downloads.Record(new ServedDownload(project, version, file.File.Filename, file.ServedSha256, client, userAgent));
        if (found.Decision is not { Verdict: Verdict.Warn, Worst: { } finding }) return;
        counters.Warned(finding);
        events.Record(new Event
        {
            Kind = EventKinds.Warned,
            When = time.GetUtcNow(),
            Upstream = found.View.Upstream.Name,
            Project = project,
            Version = version,
            Filename = file.File.Filename,
            Rule = finding.Rule,
            Reason = Describe(finding),
            Client = client,
            UserAgent = userAgent,
            RequestId = RequestInfo.Id(context),
            Actor = gate.ActorOf(context),
        });
    }

    private static string Describe(Finding finding) => finding switch
    {
        { Waiver: { } waiver } => $"{finding.Reason} (waived by {waiver.Actor}: {waiver.Reason})",
        { AuditOnly: true } => $"{finding.Reason} (audit only: would have been refused)",
        _ => finding.Reason,
    };
}
