using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace Hashgate.Core.SimpleApi;

/// <summary>One <c>&lt;a&gt;</c> of a page: its tag, and the text in it, trimmed.</summary>
internal sealed record HtmlLink(HtmlTagToken Tag, string Text)
{
    public string? Attribute(string name) => HtmlLinks.Attribute(Tag, name);
}

/// <summary>
/// What an index page's HTML says, got from the standard's tokenizer alone. No tree is built: an index page's links don't
/// depend on one, and a page of a million nested elements is then no deeper than any other.
/// </summary>
internal sealed class HtmlLinks
{
    /// <summary>Elements whose content is text and no markup; a link in a script is no link.</summary>
    private static readonly Dictionary<string, HtmlParseMode> TextElements = new(StringComparer.Ordinal)
    {
        ["script"] = HtmlParseMode.Script,
        ["style"] = HtmlParseMode.Rawtext,
        ["xmp"] = HtmlParseMode.Rawtext,
        ["iframe"] = HtmlParseMode.Rawtext,
        ["noembed"] = HtmlParseMode.Rawtext,
        ["noframes"] = HtmlParseMode.Rawtext,
        ["title"] = HtmlParseMode.RCData,
        ["textarea"] = HtmlParseMode.RCData,
        ["plaintext"] = HtmlParseMode.Plaintext,
    };

    private readonly Dictionary<string, string> _metas = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The first <c>&lt;base href&gt;</c>.</summary>
    public string? BaseHref { get; private set; }

    /// <summary>The comment in which PyPI tells a page's serial.</summary>
    public long? Serial { get; private set; }

    /// <summary>The first <c>&lt;meta name content&gt;</c> of this name.</summary>
    public string? Meta(string name) => _metas.GetValueOrDefault(name);

    public static string? Attribute(HtmlTagToken tag, string name)
    {
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Name == name) return attribute.Value ?? "";
        }
        return null;
    }

    /// <summary>Walks the page and hands each link over in order; stops early where <paramref name="onLink"/> returns false.</summary>
    /// <returns>Whether the whole page was read.</returns>
    public bool Read(ReadOnlySpan<byte> utf8, Func<HtmlLink, bool> onLink)
    {
        using var source = new TextSource(Encoding.UTF8.GetString(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8));
        using var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.Resolver) { DisableElementPositionTracking = true };
        HtmlTagToken? open = null;
        var text = new StringBuilder();

        for (var token = tokenizer.Get(); token.Type != HtmlTokenType.EndOfFile; token = tokenizer.Get())
        {
            if (token.Type == HtmlTokenType.Character)
            {
                if (open is not null) text.Append(token.Data);
                continue;
            }
            if (token.Type == HtmlTokenType.Comment) ReadSerial(token.Data);
            if (token.Type is not (HtmlTokenType.StartTag or HtmlTokenType.EndTag)) continue;
            if (token.Name == "a")
            {
                // A link in a link ends it, as it does in browsers.
                if (open is not null && !onLink(Close(open, text))) return false;
                open = token.Type == HtmlTokenType.StartTag ? token.AsTag() : null;
            }
            else if (token.Type == HtmlTokenType.StartTag)
            {
                ReadHead(token.AsTag());
                if (TextElements.TryGetValue(token.Name, out var mode)) tokenizer.State = mode;
            }
        }
        return open is null || onLink(Close(open, text));
    }

    private static HtmlLink Close(HtmlTagToken tag, StringBuilder text)
    {
        var link = new HtmlLink(tag, text.ToString().Trim());
        text.Clear();
        return link;
    }

    private void ReadHead(HtmlTagToken tag)
    {
        if (tag.Name == "base") BaseHref ??= Attribute(tag, "href");
        else if (tag.Name == "meta" && Attribute(tag, "name") is { } name && Attribute(tag, "content") is { } content) _metas.TryAdd(name, content);
    }

    private void ReadSerial(string comment)
    {
        var text = comment.AsSpan().Trim();
        if (text.StartsWith("SERIAL ") && long.TryParse(
            text["SERIAL ".Length..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var serial))
        {
            Serial = serial;
        }
    }
}
