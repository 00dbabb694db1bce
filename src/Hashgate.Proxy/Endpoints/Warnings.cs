using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Puts on record what is served although a rule has something to say: warnings, audited refusals, waivers.</summary>
internal sealed class Warnings(IEventLog events, TimeProvider time)
{
    /// <summary>One event for a download that policy warns of; nothing for HEAD and for core metadata, which precede it.</summary>
    public void Record(HttpContext context, FileLookup.Found found)
    {
        if (found.Decision is not { Verdict: Verdict.Warn, Worst: { } finding } || found.IsMetadata || !HttpMethods.IsGet(context.Request.Method)) return;
        events.Record(new Event
        {
            Kind = EventKinds.Warned,
            When = time.GetUtcNow(),
            Upstream = found.View.Upstream.Name,
            Project = found.View.Project,
            Version = found.File.Name.Version?.ToString(),
            Filename = found.File.File.Filename,
            Rule = finding.Rule,
            Reason = Describe(finding),
            Client = RequestInfo.Client(context),
            UserAgent = RequestInfo.UserAgent(context),
            RequestId = RequestInfo.Id(context),
        });
    }

    private static string Describe(Finding finding) => finding switch
    {
        { Waiver: { } waiver } => $"{finding.Reason} (waived by {waiver.Actor}: {waiver.Reason})",
        { AuditOnly: true } => $"{finding.Reason} (audit only: would have been refused)",
        _ => finding.Reason,
    };
}
