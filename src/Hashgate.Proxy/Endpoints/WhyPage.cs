using System.Globalization;
using System.Text;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Lays out a <see cref="WhyReport"/>. Every string in it may be hostile.</summary>
internal static class WhyPage
{
    private const int MaxChoices = 100;

    public static string Body(WhyReport report)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Html.Text(Subject(report))}</h1>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p>From the upstream <b>{Html.Text(report.Upstream)}</b>, as read {Time(report.PageOf)}.");
        if (report.Status != "active") html.Append(CultureInfo.InvariantCulture, $" It marks the project as {Html.Text(report.Status)}{(report.StatusReason is null ? "" : ": " + Html.Foreign(report.StatusReason))}.");
        html.Append("</p>\n");
        AppendRefusal(html, report);
        AppendAdvice(html, report);
        if (report.Files.Count > 0) AppendFiles(html, report.Files);
        if (report.Advisories.Count > 0) AppendAdvisories(html, report.Advisories);
        AppendForm(html, report);
        return html.ToString();
    }

    public static string Answer(ReportAnswer answer) =>
        $"<h1>{(answer.IsTaken ? "Reported" : "Not reported")}</h1>\n<p>{Html.Text(answer.Text)}</p>\n<p><a href=\"\">Back to the package</a></p>\n";

    private static void AppendRefusal(StringBuilder html, WhyReport report)
    {
        if (report.Refused == 0)
        {
            html.Append("<p>Nothing of it is refused now.</p>\n");
            return;
        }
        html.Append(CultureInfo.InvariantCulture, $"<h2>What is refused</h2>\n<p><b>{report.Refused} of the files below {(report.Refused == 1 ? "is" : "are")} refused</b>, because:</p>\n<ul>\n");
        foreach (var reason in report.Reasons) html.Append(CultureInfo.InvariantCulture, $"<li>{Finding(reason)}</li>\n");
        html.Append("</ul>\n");
    }

    private static void AppendAdvice(StringBuilder html, WhyReport report)
    {
        if (report.Refused == 0) return;
        var whom = report.Contact is null ? "whoever runs this Hashgate" : Html.Text(report.Contact);
        html.Append("<h2>What to do</h2>\n<ul>\n");
        if (report.NewestAllowed is { } newest) html.Append(CultureInfo.InvariantCulture, $"<li>Use {Html.Text(newest)}, the newest version that is allowed.</li>\n");
        else html.Append("<li>No version of it is allowed now.</li>\n");
        if (report.Reasons.Any(r => r.Until is not null)) html.Append("<li>What is held until a time is served after it: wait, if you can.</li>\n");
        html.Append("<li>Don't switch to another index: the files are refused because something about them is not as it should be.</li>\n");
        html.Append(report.Reasons.Any(r => r.CanBeWaived)
            ? $"<li>If you need it all the same, ask {whom} for a waiver: send the address of this page and say why. An operator sees the same facts and can waive the rule for a version and a time, on record.</li>\n"
            : "");
        html.Append(report.Reasons.Any(r => !r.CanBeWaived)
            ? $"<li>No waiver lifts a rule that guards the proof, or one that failed. Ask {whom}: an operator sees the same facts and can find the cause.</li>\n"
            : "");
        html.Append("</ul>\n");
    }

    private static void AppendFiles(StringBuilder html, IReadOnlyList<WhyFile> files)
    {
        html.Append("<h2>Files</h2>\n<table>\n<tr><th>File</th><th>Verdict</th><th>Why</th><th>First seen</th></tr>\n");
        foreach (var file in files)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Html.Foreign(file.Filename)}</td><td>{Html.Text(file.Verdict)}</td><td>");
            foreach (var finding in file.Findings) html.Append(CultureInfo.InvariantCulture, $"<p>{Finding(finding)}</p>");
            if (file.Yanked) html.Append(CultureInfo.InvariantCulture, $"<p>Yanked upstream{(file.YankedReason is null ? "" : ": " + Html.Foreign(file.YankedReason))}</p>");
            html.Append("</td><td>");
            if (file.FirstSeen is { } seen)
            {
                html.Append(CultureInfo.InvariantCulture, $"{Time(seen)}, {Html.Text(file.State)}{(file.ProvenAt is { } proven ? " " + Time(proven) : "")}<br>sha256 <code>{Html.Text(file.Sha256)}</code><br>at {Html.Foreign(file.FirstSeenAt)}");
                if (file.UploadTime is { } uploaded) html.Append(CultureInfo.InvariantCulture, $"<br>uploaded {Time(uploaded)}");
            }
            if (file.Provenance is { } provenance) html.Append(CultureInfo.InvariantCulture, $"<p>Provenance: {Html.Foreign(provenance)}</p>");
            html.Append("</td></tr>\n");
        }
        html.Append("</table>\n");
    }

    private static void AppendAdvisories(StringBuilder html, IReadOnlyList<WhyAdvisory> advisories)
    {
        html.Append("<h2>Advisories</h2>\n<ul>\n");
        foreach (var advisory in advisories)
            html.Append(CultureInfo.InvariantCulture, $"<li>{Link(advisory.Id, advisory.Url)}{(advisory.Severity is null ? "" : $" ({Html.Text(advisory.Severity)})")}{(advisory.Summary.Length > 0 ? ": " + Html.Foreign(advisory.Summary) : "")}</li>\n");
        html.Append("</ul>\n");
    }

    private static string Link(string text, string url) => $"<a href=\"{Html.Attribute(url)}\" rel=\"noreferrer\">{Html.Text(text)}</a>";

    /// <summary>Without an action the form goes to the address that the page came from, whatever prefix a proxy has put in front of it.</summary>
    private static void AppendForm(StringBuilder html, WhyReport report)
    {
        html.Append("<h2>Report it</h2>\n<p>Does it do harm, or is it not what it says it is? Tell the operators of this Hashgate. What you write and the address you write from go on record.</p>\n<form method=\"post\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<p><label>What <select name=\"filename\"><option value=\"\">{Html.Text(Subject(report))}, all of it</option>");
        foreach (var file in report.Files.Take(MaxChoices)) html.Append(CultureInfo.InvariantCulture, $"<option value=\"{Html.Attribute(file.Filename)}\">{Html.Text(file.Filename)}</option>");
        html.Append(CultureInfo.InvariantCulture, $"</select></label></p>\n<p><label>What is wrong with it?<br><textarea name=\"reason\" rows=\"4\" cols=\"60\" maxlength=\"{FlagOperations.MaxReason}\" required></textarea></label></p>\n<p><button>Report</button></p>\n</form>\n");
    }

    private static string Finding(WhyFinding finding)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<b>{Html.Text(finding.Rule)}</b> ({Html.Text(finding.Verdict)}{(finding.AuditOnly ? ", recorded only" : "")}): {Html.Foreign(finding.Reason)}");
        if (finding.Since is { } since) html.Append(CultureInfo.InvariantCulture, $", since {Time(since)}");
        if (finding.Until is { } until) html.Append(CultureInfo.InvariantCulture, $", until {Time(until)}");
        if (finding.Waiver is { } waiver) html.Append(CultureInfo.InvariantCulture, $"; waived by {Html.Foreign(waiver.Actor)}{(waiver.Until is { } end ? " until " + Time(end) : "")}: {Html.Foreign(waiver.Reason)}");
        foreach (var id in finding.Advisories) html.Append(' ').Append(Link(id, WhyText.AdvisoryUrl(id)));
        return html.ToString();
    }

    private static string Subject(WhyReport report) => report.Version is null ? report.Project : $"{report.Project} {report.Version}";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
