using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hashgate.Proxy.Endpoints;

/// <summary>
/// Events as CSV (RFC 4180) that a spreadsheet shows and never calculates: every text is quoted, what could be a formula begins with an
/// apostrophe, and control and direction characters are visible.
/// </summary>
internal static class EventCsv
{
    public const string Header = "id,when,kind,count,upstream,project,version,filename,rule,reason,client,userAgent,requestId,actor\r\n";

    // With the wide forms, which spreadsheets take for the others where they are typed.
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20");

    /// <summary>Appends one event, with its line's end.</summary>
    public static void Append(StringBuilder line, EventRow row)
    {
        Append(line, row.Id).Append(',');
        line.Append(row.When.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)).Append(',');
        Append(line, row.Kind).Append(',').Append(row.Count.ToString(CultureInfo.InvariantCulture));
        foreach (var text in (ReadOnlySpan<string?>)[row.Upstream, row.Project, row.Version, row.Filename, row.Rule, row.Reason, row.Client, row.UserAgent, row.RequestId, row.Actor])
        {
            Append(line.Append(','), text);
        }
        line.Append("\r\n");
    }

    private static StringBuilder Append(StringBuilder line, string? text)
    {
        if (string.IsNullOrEmpty(text)) return line;
        line.Append('"');
        // Some readers cut off spaces before they look.
        if (Formula.Contains(text[0]) || text.AsSpan().TrimStart() is [var first, ..] && Formula.Contains(first)) line.Append('\'');
        return line.Append(Html.Visible(text).Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
