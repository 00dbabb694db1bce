using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Core.Serving;

/// <summary>
/// The sentence that a person reads in their installer's output: the HTTP/1.1 reason phrase of a refusal and the yank reason on a
/// page. Printable ASCII, so that no hostile text reaches a terminal or header; the reason is shortened, never the URL.
/// </summary>
public static class RefusalPhrase
{
    public const int MaxLength = 200;

    /// <summary>The whole phrase.</summary>
    /// <param name="baseUrl">Scheme, host and path prefix in front of <c>/why</c>, without trailing slash; empty for a path alone.</param>
    /// <param name="version">As the release is addressed; null where it has no readable version.</param>
    public static string Of(Finding finding, string baseUrl, ProjectName project, string? version)
    {
        var until = finding.Verdict == Verdict.Hold && finding.Until is { } end
            ? $" (held until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC)"
            : "";
        return Compose($"{finding.Rule}: {finding.Reason}{until}", WhyUrl(baseUrl, project, version));
    }

    /// <summary>The address of the page that explains a verdict.</summary>
    public static string WhyUrl(string baseUrl, ProjectName project, string? version) =>
        version is null ? $"{baseUrl}/why/{project}" : $"{baseUrl}/why/{project}/{Uri.EscapeDataString(version)}";

    /// <summary>Puts a reason of any text and a URL of ours together.</summary>
    public static string Compose(string reason, string whyUrl)
    {
        const string start = "Blocked by Hashgate: ";
        var end = "; see " + whyUrl;
        var room = MaxLength - start.Length - end.Length;
        return start + Shorten(PrintableAscii(reason), Math.Max(room, 24)) + end;
    }

    /// <summary>Only printable ASCII; whatever else there is becomes <c>?</c>, runs of white space one space.</summary>
    public static string PrintableAscii(string text)
    {
        // Whatever is past this can't be shown anyway: hostile texts may be megabytes long.
        var source = text.AsSpan(0, Math.Min(text.Length, 4 * MaxLength));
        var result = new System.Text.StringBuilder(source.Length);
        foreach (var c in source)
        {
            if (char.IsWhiteSpace(c))
            {
                if (result.Length > 0 && result[^1] != ' ') result.Append(' ');
            }
            else if (!char.IsLowSurrogate(c)) result.Append(c is > ' ' and <= '~' ? c : '?');
        }
        return result.ToString().TrimEnd();
    }

    /// <summary>Printable ASCII of at most <see cref="MaxLength"/> characters.</summary>
    public static string Brief(string text) => Shorten(PrintableAscii(text), MaxLength);

    private static string Shorten(string text, int length) => text.Length <= length ? text : text[..(length - 3)].TrimEnd() + "...";
}
