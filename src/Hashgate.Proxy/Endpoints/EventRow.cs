using Hashgate.Core.Events;

namespace Hashgate.Proxy.Endpoints;

/// <summary>An event as the API tells it.</summary>
internal sealed record EventRow(
    string Id,
    string Kind,
    DateTimeOffset When,
    string? Upstream,
    string? Project,
    string? Version,
    string? Filename,
    string? Rule,
    string? Reason,
    string? Client,
    string? UserAgent,
    string? RequestId,
    string? Actor,
    int Count)
{
    public static EventRow Of(StoredEvent stored)
    {
        var e = stored.Event;
        return new EventRow(
            stored.Id, e.Kind, e.When, e.Upstream, e.Project?.Value, e.Version, e.Filename, e.Rule, e.Reason, e.Client, e.UserAgent, e.RequestId, e.Actor, e.Count);
    }
}
