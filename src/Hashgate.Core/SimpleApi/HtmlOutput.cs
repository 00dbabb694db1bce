using System.Buffers;
using System.Text;

namespace Hashgate.Core.SimpleApi;

/// <summary>Writes HTML straight as UTF-8. What isn't a literal of ours goes through <see cref="Text"/>.</summary>
internal readonly struct HtmlOutput(IBufferWriter<byte> output)
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"'");

    /// <summary>Markup of our own, written as it is.</summary>
    public void Raw(ReadOnlySpan<byte> markup) => output.Write(markup);

    /// <summary>Text or an attribute's value: escaped, and without control characters.</summary>
    public void Text(string text)
    {
        ReadOnlySpan<char> rest = PageText.Clean(text);
        for (var special = rest.IndexOfAny(Special); special >= 0; special = rest.IndexOfAny(Special))
        {
            Encode(rest[..special]);
            Raw(Escape(rest[special]));
            rest = rest[(special + 1)..];
        }
        Encode(rest);
    }

    /// <summary>An attribute with a leading space.</summary>
    public void Attribute(ReadOnlySpan<byte> name, string value)
    {
        Raw(" "u8);
        Raw(name);
        Raw("=\""u8);
        Text(value);
        Raw("\""u8);
    }

    /// <summary>The head of a page of the simple API, up to its heading.</summary>
    public void Head(string title, ApiVersion version, ProjectStatus? status)
    {
        Raw("<!DOCTYPE html>\n<html lang=\"en\">\n  <head>\n    <meta charset=\"utf-8\">\n"u8);
        Meta("pypi:repository-version", version.ToString());
        if (status is not null)
        {
            Meta("pypi:project-status", status.Status);
            if (status.Reason is { } reason) Meta("pypi:project-status-reason", reason);
        }
        Raw("    <title>"u8);
        Text(title);
        Raw("</title>\n  </head>\n  <body>\n"u8);
    }

    private void Meta(string name, string content)
    {
        Raw("    <meta"u8);
        Attribute("name"u8, name);
        Attribute("content"u8, content);
        Raw(">\n"u8);
    }

    private void Encode(ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty) Encoding.UTF8.GetBytes(text, output);
    }

    private static ReadOnlySpan<byte> Escape(char special) => special switch
    {
        '&' => "&amp;"u8,
        '<' => "&lt;"u8,
        '>' => "&gt;"u8,
        '"' => "&quot;"u8,
        _ => "&#39;"u8,
    };
}
