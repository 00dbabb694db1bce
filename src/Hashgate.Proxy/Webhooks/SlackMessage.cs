using System.Globalization;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Webhooks;

/// <summary>
/// An event as a message for Slack and what is compatible with it. Foreign text can forge no mention, channel, link or formatting: the three
/// characters that Slack reads are escaped, it stands in plain-text objects, and in the one line that receivers without blocks show it stands in code marks.
/// </summary>
internal static class SlackMessage
{
    /// <summary>The longest foreign text, in characters before they are escaped; Slack refuses a field of more than 2,000.</summary>
    private const int MaxText = 300;

    /// <param name="storyUrl">Where people read on; null: nowhere.</param>
    public static void Write(Utf8JsonWriter json, Event happened, string? storyUrl)
    {
        var title = Title(happened.Kind);
        json.WriteString("text", OneLine(title, happened));
        // Names and addresses in the line above stay text.
        json.WriteString("parse", "none");
        json.WriteBoolean("link_names", false);
        json.WriteBoolean("unfurl_links", false);
        json.WriteBoolean("unfurl_media", false);
        json.WriteStartArray("blocks");
        WriteBlock(json, "header", title);
        if (happened.Reason is { Length: > 0 } reason) WriteBlock(json, "section", Plain(reason));
        WriteFields(json, happened);
        if (storyUrl is not null) WriteLink(json, storyUrl);
        json.WriteEndArray();
    }

    private static string Title(string kind)
    {
        var words = kind.Replace('-', ' ');
        return EventKinds.IsAlarm(kind) ? "Alarm: " + words : char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static string OneLine(string title, Event happened)
    {
        var parts = new[] { happened.Project?.Value, happened.Version, happened.Filename, happened.Rule, happened.Reason }.OfType<string>().Where(p => p.Length > 0);
        return $"Hashgate: {title} " + string.Join(' ', parts.Select(p => $"`{Plain(p.Replace('`', '\''))}`"));
    }

    private static void WriteFields(Utf8JsonWriter json, Event happened)
    {
        json.WriteStartObject();
        json.WriteString("type", "section");
        json.WriteStartArray("fields");
        // Ten at most: Slack takes no more.
        WriteField(json, "Project", happened.Project?.Value);
        WriteField(json, "Version", happened.Version);
        WriteField(json, "File", happened.Filename);
        WriteField(json, "Rule", happened.Rule);
        WriteField(json, "Client", happened.Client);
        WriteField(json, "User-Agent", happened.UserAgent);
        WriteField(json, "Upstream", happened.Upstream);
        WriteField(json, "By", happened.Actor);
        WriteField(json, "Times", happened.Count > 1 ? happened.Count.ToString(CultureInfo.InvariantCulture) : null);
        WriteField(json, "When", happened.When.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null or "") return;
        json.WriteStartObject();
        WritePlain(json, $"{name}: {Plain(value)}");
        json.WriteEndObject();
    }

    private static void WriteBlock(Utf8JsonWriter json, string type, string plain)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteStartObject("text");
        WritePlain(json, plain);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePlain(Utf8JsonWriter json, string plain)
    {
        json.WriteString("type", "plain_text");
        json.WriteString("text", plain);
        json.WriteBoolean("emoji", false);
    }

    private static void WriteLink(Utf8JsonWriter json, string url)
    {
        json.WriteStartObject();
        json.WriteString("type", "context");
        json.WriteStartArray("elements");
        json.WriteStartObject();
        json.WriteString("type", "mrkdwn");
        json.WriteString("text", $"<{Escape(url)}|Open in Hashgate>");
        json.WriteBoolean("verbatim", true);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Plain(string foreign)
    {
        var visible = Html.Visible(foreign.Length <= MaxText ? foreign : foreign[..MaxText] + "...");
        return Escape(visible.Length <= MaxText ? visible : visible[..MaxText] + "...");
    }

    /// <summary>Slack's own rule: these three and no others.</summary>
    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
