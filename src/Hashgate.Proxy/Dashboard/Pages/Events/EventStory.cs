using Hashgate.Core.Downloads;
using Hashgate.Core.Events;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Dashboard.Reports;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>All that is known about one event: as it was recorded, and as it would be decided now.</summary>
/// <param name="Files">The file that was asked for, decided anew; without one the files of the release; empty where nothing is known now.</param>
/// <param name="WhyNotNow">Why nothing could be decided anew; null where it could, or where the event is about no project.</param>
/// <param name="Record">The file's trust record; null where there is none, or no file.</param>
/// <param name="Waivable">The rules that refuse it, then or now, and that an operator may waive.</param>
/// <param name="Alike">Other events of the same project, the newest first.</param>
public sealed record EventStory(
    StoredEvent Stored, IReadOnlyList<WhyFile> Files, string? WhyNotNow, TrustRecord? Record, IReadOnlyList<WhyAdvisory> Advisories,
    IReadOnlyList<string> Waivable, IReadOnlyList<ReportRow> Reports, IReadOnlyList<WaiverRow> Waivers, IReadOnlyList<StoredEvent> Alike)
{
    public Event Event => Stored.Event;

    /// <summary>What a client says of itself.</summary>
    public ClientTool? Tool { get; } = ClientTool.Of(Stored.Event.UserAgent);
}
