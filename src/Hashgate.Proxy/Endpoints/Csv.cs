using System.Globalization;
using System.Text;

namespace Hashgate.Proxy.Endpoints;

/// <summary>
/// Tables as CSV (RFC 4180) that a spreadsheet shows and never runs. Every text is quoted, so that none can end its cell; one that a
/// spreadsheet would take for a formula begins with an apostrophe; control and direction characters are visible.
/// </summary>
internal static class Csv
{
    public const string ContentType = "text/csv; charset=utf-8; header=present";

    /// <summary>What begins a formula, the full-width forms included, which some spreadsheets read alike.</summary>
    private const string FormulaStarts = "=+-@\uff1d\uff0b\uff0d\uff20";

    /// <summary>Sets an answer up as a file to be saved.</summary>
    /// <param name="filename">Plain ASCII of our own.</param>
    public static void Announce(HttpResponse response, string filename)
    {
        response.ContentType = ContentType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{filename}\"";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>One line with its end: texts, and numbers, times (UTC) and truths in their invariant form; null is an empty cell.</summary>
    public static string Line(params ReadOnlySpan<object?> cells)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0) line.Append(',');
            Append(line, cells[i]);
        }
        return line.Append("\r\n").ToString();
    }

    private static void Append(StringBuilder line, object? cell)
    {
        switch (cell)
        {
            case null: break;
            case string text: AppendText(line, text); break;
            case bool truth: line.Append(truth ? "true" : "false"); break;
            case DateTimeOffset time: line.Append(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"); break;
            case DateOnly day: line.Append(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}"); break;
            case int or long: line.Append(CultureInfo.InvariantCulture, $"{cell}"); break;
            default: throw new ArgumentException($"A {cell.GetType().Name} has no form in CSV.", nameof(cell));
        }
    }

    private static void AppendText(StringBuilder line, string text)
    {
        var visible = Html.Visible(text);
        line.Append('"');
        // Some spreadsheets pass over spaces on their way to a formula.
        if (visible.AsSpan().TrimStart() is [var first, ..] && FormulaStarts.Contains(first)) line.Append('\'');
        line.Append(visible.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
