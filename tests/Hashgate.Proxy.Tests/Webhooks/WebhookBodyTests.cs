using System.Text.Json;
using System.Text.RegularExpressions;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Webhooks;

namespace Hashgate.Proxy.Tests.Webhooks;

/// <summary>What receivers read, for ordinary events and for those whose every text is made to hurt.</summary>
public sealed partial class WebhookBodyTests
{
    private static readonly Event Ordinary = new()
    {
        Kind = EventKinds.HashMismatch,
        When = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
        Upstream = "pypi",
        Project = ProjectName.Parse("demo"),
        Version = "1.0",
        Filename = "demo-1.0.tar.gz",
        Rule = "hash-mismatch",
        Reason = "the bytes are not those that the index promised",
        Client = "192.0.2.1",
        UserAgent = "pip/25.0",
        Count = 3,
    };

    private static readonly Event Hostile = new()
    {
        Kind = EventKinds.Blocked,
        When = Ordinary.When,
        Upstream = "pypi",
        Project = ProjectName.Parse("demo"),
        Version = Text("<!channel>"),
        Filename = Text("<@U024BE7LH>"),
        Rule = Text("<!here|x>"),
        Reason = Text("<https://evil.example|the advisory> *bold* `code` @everyone :smile: "),
        Client = Text("<#C024BE7LR>"),
        UserAgent = Text("&lt;!channel&gt;"),
        Actor = Text("<!subteam^S1>"),
        Count = 7,
    };

    [Fact]
    public void Generic_has_the_event_whole_and_where_to_read_on()
    {
        var json = BodyOf(WebhookFormat.Generic, Ordinary);
        Assert.Equal(("d1", "https://hashgate.example", "42", true), (json.GetProperty("delivery").GetString(), json.GetProperty("source").GetString(), json.GetProperty("id").GetString(), json.GetProperty("alarm").GetBoolean()));
        Assert.Equal(Ordinary, json.GetProperty("event").Deserialize(EventJson.Default.Event));
        Assert.Equal("https://hashgate.example/dashboard/events/42", json.GetProperty("links").GetProperty("story").GetString());
        Assert.Equal("https://hashgate.example/why/demo/1.0", json.GetProperty("links").GetProperty("why").GetString());
        Assert.False(BodyOf(WebhookFormat.Generic, Ordinary, publicUrl: null).TryGetProperty("links", out _));
    }

    [Fact]
    public void Cloud_event_has_the_attributes_that_the_specification_demands()
    {
        var json = BodyOf(WebhookFormat.CloudEvents, Ordinary);
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["specversion"] = "1.0",
                ["id"] = "d1",
                ["source"] = "https://hashgate.example",
                ["type"] = "org.hashgate.hash-mismatch",
                ["time"] = "2026-01-31T12:00:00+00:00",
                ["subject"] = "demo/1.0/demo-1.0.tar.gz",
                ["datacontenttype"] = "application/json",
            },
            json.EnumerateObject().Where(p => p.Name != "data").ToDictionary(p => p.Name, p => p.Value.GetString()));
        Assert.Equal(Ordinary, json.GetProperty("data").GetProperty("event").Deserialize(EventJson.Default.Event));
        Assert.Equal("application/cloudevents+json; charset=utf-8", new WebhookBodies(WebhookFormat.CloudEvents, null).ContentType);
        // Without an address of its own it still says who it is, by a URI reference.
        Assert.True(Uri.TryCreate(BodyOf(WebhookFormat.CloudEvents, Ordinary, publicUrl: null).GetProperty("source").GetString(), UriKind.RelativeOrAbsolute, out _));
    }

    [Fact]
    public void Slack_message_tells_what_happened_and_links_to_the_story()
    {
        var json = BodyOf(WebhookFormat.Slack, Ordinary);
        Assert.Equal("Hashgate: Alarm: hash mismatch `demo` `1.0` `demo-1.0.tar.gz` `hash-mismatch` `the bytes are not those that the index promised`", json.GetProperty("text").GetString());
        var texts = TextsOf(json.GetProperty("blocks")).ToArray();
        Assert.Contains("Alarm: hash mismatch", texts);
        Assert.Contains("the bytes are not those that the index promised", texts);
        Assert.Contains("Client: 192.0.2.1", texts);
        Assert.Contains("Times: 3", texts);
        Assert.Contains("When: 2026-01-31 12:00:00 UTC", texts);
        Assert.Contains("<https://hashgate.example/dashboard/events/42|Open in Hashgate>", texts);
    }

    [Fact]
    public void Slack_message_lets_no_foreign_text_mention_link_or_format()
    {
        var json = BodyOf(WebhookFormat.Slack, Hostile);
        Assert.Equal(("none", false, false), (json.GetProperty("parse").GetString(), json.GetProperty("link_names").GetBoolean(), json.GetProperty("unfurl_links").GetBoolean()));
        var text = json.GetProperty("text").GetString()!;
        Assert.DoesNotMatch("[<>]", text);
        // Outside of code marks nothing foreign stands.
        Assert.Matches("^Hashgate: Blocked( `[^`]+`)+$", text);
        foreach (var block in json.GetProperty("blocks").EnumerateArray().SelectMany(TextObjectsOf))
        {
            var words = block.GetProperty("text").GetString()!;
            if (block.GetProperty("type").GetString() == "mrkdwn")
            {
                Assert.Equal("<https://hashgate.example/dashboard/events/42|Open in Hashgate>", words);
                continue;
            }
            Assert.Equal("plain_text", block.GetProperty("type").GetString());
            Assert.False(block.GetProperty("emoji").GetBoolean());
            Assert.DoesNotMatch("[<>]", words);
            Assert.DoesNotMatch(BareAmpersand(), words);
            Assert.DoesNotContain(words, c => char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format);
            // What Slack refuses the whole message for.
            Assert.InRange(words.Length, 1, 2000);
        }
        Assert.InRange(json.GetProperty("blocks")[2].GetProperty("fields").GetArrayLength(), 1, 10);
    }

    [Theory]
    [InlineData(WebhookFormat.Generic)]
    [InlineData(WebhookFormat.Slack)]
    [InlineData(WebhookFormat.CloudEvents)]
    public void Body_is_plain_ascii_and_the_same_each_time(WebhookFormat format)
    {
        var delivery = new Delivery("d1", Ordinary.When, new StoredEvent("42", Hostile));
        var bytes = new WebhookBodies(format, null).Of(delivery).ToArray();
        Assert.All(bytes, b => Assert.InRange(b, (byte)' ', (byte)'~'));
        Assert.Equal(bytes, new WebhookBodies(format, null).Of(delivery).ToArray());
    }

    private static string Text(string start) => start + HostileTexts.Text + new string('&', 1500);

    private static JsonElement BodyOf(WebhookFormat format, Event happened, string? publicUrl = "https://hashgate.example") =>
        JsonDocument.Parse(new WebhookBodies(format, publicUrl).Of(new Delivery("d1", happened.When, new StoredEvent("42", happened)))).RootElement;

    private static IEnumerable<string> TextsOf(JsonElement blocks) => blocks.EnumerateArray().SelectMany(TextObjectsOf).Select(t => t.GetProperty("text").GetString()!);

    private static IEnumerable<JsonElement> TextObjectsOf(JsonElement block) =>
        block.TryGetProperty("text", out var text) ? [text] : (block.TryGetProperty("fields", out var fields) ? fields : block.GetProperty("elements")).EnumerateArray();

    [GeneratedRegex("&(?!amp;|lt;|gt;)")]
    private static partial Regex BareAmpersand();
}
