using System.Diagnostics.CodeAnalysis;
using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Endpoints;

/// <summary>The texts of a <see cref="WhyReport"/>, bounded.</summary>
internal static class WhyText
{
    /// <summary>The longest text shown, in characters; indexes and reporters send megabytes where they may.</summary>
    public const int MaxLength = 1000;

    private const int MaxAdvisories = 20;
    private const int MaxAdvisoryLength = 80;

    private static readonly string[] AdvisoryPrefixes = ["MAL-", "PYSEC-", "GHSA-", "CVE-", "OSV-"];

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Shorten(string? text) => text is { Length: > MaxLength } ? text[..MaxLength] + "..." : text;

    public static string Of(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    /// <summary>The advisories that a reason names, each once.</summary>
    public static IReadOnlyList<string> Advisories(string reason)
    {
        if (reason.Length > MaxLength) reason = reason[..MaxLength];
        return [.. reason.Split([' ', ',', ';', ':', '(', ')', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(word => word.TrimEnd('.')).Where(IsAdvisory).Distinct().Take(MaxAdvisories)];
    }

    /// <summary>Where an advisory can be read.</summary>
    public static string AdvisoryUrl(string id) => "https://osv.dev/vulnerability/" + Uri.EscapeDataString(id);

    private static bool IsAdvisory(string word) =>
        word.Length <= MaxAdvisoryLength
        && Array.Exists(AdvisoryPrefixes, prefix => word.Length > prefix.Length && word.StartsWith(prefix, StringComparison.Ordinal))
        && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '/' or '_' or '.');
}
