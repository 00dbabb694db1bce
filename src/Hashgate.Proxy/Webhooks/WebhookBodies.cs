using System.Buffers;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Webhooks;

/// <summary>Writes a delivery as its receiver wants it: always the same bytes for the same delivery.</summary>
/// <param name="publicUrl">Where people reach Hashgate, without trailing slash; null: no links are sent.</param>
internal sealed class WebhookBodies(WebhookFormat format, string? publicUrl)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = ReadableJson.Encoder };

    /// <summary>Who sends: a URI reference, as CloudEvents has it.</summary>
    private readonly string _source = publicUrl ?? "/hashgate/" + Uri.EscapeDataString(Environment.MachineName);

    public string ContentType => format == WebhookFormat.CloudEvents ? "application/cloudevents+json; charset=utf-8" : "application/json; charset=utf-8";

    public ReadOnlyMemory<byte> Of(Delivery delivery)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(bytes, Options);
        json.WriteStartObject();
        switch (format)
        {
            case WebhookFormat.Generic:
                WriteGeneric(json, delivery);
                break;
            case WebhookFormat.CloudEvents:
                WriteCloudEvent(json, delivery);
                break;
            case WebhookFormat.Slack:
                SlackMessage.Write(json, delivery.Stored.Event, StoryUrl(delivery.Stored));
                break;
            default:
                throw new InvalidOperationException($"{format} is no format.");
        }
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private void WriteGeneric(Utf8JsonWriter json, Delivery delivery)
    {
        json.WriteString("delivery", delivery.Id);
        json.WriteString("source", _source);
        WriteEvent(json, delivery.Stored);
    }

    /// <summary>CloudEvents 1.0, section 3 of its JSON format.</summary>
    private void WriteCloudEvent(Utf8JsonWriter json, Delivery delivery)
    {
        var happened = delivery.Stored.Event;
        json.WriteString("specversion", "1.0");
        json.WriteString("id", delivery.Id);
        json.WriteString("source", _source);
        json.WriteString("type", "org.hashgate." + happened.Kind);
        json.WriteString("time", happened.When);
        if (happened.Project is { } project) json.WriteString("subject", string.Join('/', new[] { project.Value, happened.Version, happened.Filename }.OfType<string>()));
        json.WriteString("datacontenttype", "application/json");
        json.WriteStartObject("data");
        WriteEvent(json, delivery.Stored);
        json.WriteEndObject();
    }

    private void WriteEvent(Utf8JsonWriter json, StoredEvent stored)
    {
        json.WriteString("id", stored.Id);
        json.WriteBoolean("alarm", EventKinds.IsAlarm(stored.Event.Kind));
        json.WritePropertyName("event");
        JsonSerializer.Serialize(json, stored.Event, EventJson.Default.Event);
        if (publicUrl is null) return;
        json.WriteStartObject("links");
        json.WriteString("story", StoryUrl(stored));
        if (stored.Event.Project is { } project) json.WriteString("why", RefusalPhrase.WhyUrl(publicUrl, project, stored.Event.Version));
        json.WriteEndObject();
    }

    /// <summary>The dashboard's page of the event.</summary>
    private string? StoryUrl(StoredEvent stored) => publicUrl is null ? null : $"{publicUrl}/dashboard/events/{Uri.EscapeDataString(stored.Id)}";
}
