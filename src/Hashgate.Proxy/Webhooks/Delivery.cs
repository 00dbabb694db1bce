using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Hashgate.Core.Events;
using Hashgate.Core.Trust;

namespace Hashgate.Proxy.Webhooks;

/// <summary>An event on its way to one receiver.</summary>
/// <param name="Id">Told to the receiver, the same with every attempt; grows with time.</param>
/// <param name="Accepted">When it was taken on.</param>
internal sealed record Delivery(string Id, DateTimeOffset Accepted, StoredEvent Stored)
{
    private static int _number;

    [JsonIgnore]
    public bool IsAlarm => EventKinds.IsAlarm(Stored.Event.Kind);

    /// <summary>Takes an event on, under an id that sorts behind those of earlier ones and that nobody else gives.</summary>
    public static Delivery Of(StoredEvent stored, DateTimeOffset now) => new(
        string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeMilliseconds():x12}{(uint)Interlocked.Increment(ref _number):x8}{RandomNumberGenerator.GetHexString(12, lowercase: true)}"),
        now,
        stored);
}

/// <summary>Deliveries as they wait on disk.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ProjectNameConverter)])]
[JsonSerializable(typeof(Delivery))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
