using System.Globalization;
using System.Text;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Lays out a <see cref="WhyReport"/>. Every string in it may be hostile.</summary>
internal static class WhyPage
{
    public static string Body(WhyReport report, string? contact)
    {
        var html = new StringBuilder();
        var subject = report.Version is null ? report.Project : $"{report.Project} {report.Version}";
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Html.Text(subject)}</h1>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p>From the upstream <b>{Html.Text(report.Upstream)}</b>, as read {Time(report.PageOf)}.</p>\n");
        var refused = report.Files.Count(f => f.Verdict is "block" or "hold");
        html.Append(refused == 0 ? "<p>Nothing of it is refused now.</p>\n" : $"<p><b>{refused} of its files are refused.</b></p>\n");
        AppendAdvice(html, report, contact, refused > 0);
        if (report.Files.Count > 0) AppendFiles(html, report.Files);
        return html.ToString();
    }

    private static void AppendAdvice(StringBuilder html, WhyReport report, string? contact, bool isRefused)
    {
        if (!isRefused) return;
        html.Append("<h2>What to do</h2>\n<ul>\n");
        if (report.NewestAllowed is { } newest) html.Append(CultureInfo.InvariantCulture, $"<li>Use {Html.Text(newest)}, the newest version that is allowed.</li>\n");
        html.Append("<li>Don't switch to another index: the files are refused because something about them is not as it should be.</li>\n");
        html.Append(CultureInfo.InvariantCulture, $"<li>Ask {(contact is null ? "whoever runs this Hashgate" : Html.Text(contact))}; an operator sees the same facts and can accept a change, on record.</li>\n</ul>\n");
    }

    private static void AppendFiles(StringBuilder html, IReadOnlyList<WhyFile> files)
    {
        html.Append("<h2>Files</h2>\n<table>\n<tr><th>File</th><th>Verdict</th><th>Why</th><th>First seen</th></tr>\n");
        foreach (var file in files)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Html.Text(file.Filename)}</td><td>{Html.Text(file.Verdict)}</td><td>");
            foreach (var finding in file.Findings)
            {
                var until = finding.Until is { } end ? $", until {Time(end)}" : "";
                html.Append(CultureInfo.InvariantCulture, $"<p><b>{Html.Text(finding.Rule)}</b>{(finding.AuditOnly ? " (recorded only)" : "")}: {Html.Text(finding.Reason)}{until}</p>");
            }
            html.Append("</td><td>");
            if (file.FirstSeen is { } seen)
                html.Append(CultureInfo.InvariantCulture, $"{Time(seen)}, {Html.Text(file.State)}<br>sha256 <code>{Html.Text(file.Sha256)}</code><br>at {Html.Text(file.FirstSeenAt)}");
            html.Append("</td></tr>\n");
        }
        html.Append("</table>\n");
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
