using System.Text;

namespace Hashgate.Core.Packaging;

/// <summary>
/// What a release's core metadata says of it: the uploader's own words, which nobody checked. Hostile text, bounded.
/// </summary>
/// <param name="Links">Labels and addresses; an address may be anything.</param>
public sealed record MetadataClaims(string? Summary, string? Author, string? License, IReadOnlyList<(string Label, string Address)> Links)
{
    /// <summary>The most characters kept of one text.</summary>
    public const int MaxText = 300;

    /// <summary>The most links kept.</summary>
    public const int MaxLinks = 20;

    /// <summary>Reads the header fields (core metadata specification: RFC 822 lines, UTF-8); what is no field is passed over.</summary>
    public static MetadataClaims Read(ReadOnlySpan<byte> metadata)
    {
        string? summary = null, author = null, license = null;
        var links = new List<(string, string)>();
        foreach (var (name, value) in Fields(Encoding.UTF8.GetString(metadata)))
        {
            switch (name.ToLowerInvariant())
            {
                case "summary": summary ??= value; break;
                case "author" or "author-email" or "maintainer" or "maintainer-email": author ??= value; break;
                case "license-expression": license = value; break;
                case "license": license ??= value; break;
                case "home-page" or "download-url" when links.Count < MaxLinks: links.Add((name, value)); break;
                case "project-url" when links.Count < MaxLinks && value.Split(',', 2, StringSplitOptions.TrimEntries) is [var label, var address]: links.Add((label, address)); break;
            }
        }
        return new MetadataClaims(summary, author, license, links);
    }

    private static IEnumerable<(string Name, string Value)> Fields(string text)
    {
        using var lines = new StringReader(text);
        (string Name, string Value)? field = null;
        while (lines.ReadLine() is { Length: > 0 } line)
        {
            if (line[0] is ' ' or '\t')
            {
                if (field is var (name, value)) field = (name, Cut($"{value} {line.Trim()}"));
                continue;
            }
            if (field is { } whole) yield return whole;
            field = line.Split(':', 2) is [var key, var rest] && rest.Trim() is { Length: > 0 } told ? (key.Trim(), Cut(told)) : null;
        }
        if (field is { } last) yield return last;
    }

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];
}
