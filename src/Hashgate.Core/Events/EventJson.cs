using System.Text.Json.Serialization;
using Hashgate.Core.Trust;

namespace Hashgate.Core.Events;

/// <summary>Events as JSON: one form for the stores and for the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ProjectNameConverter)])]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(EventPage))]
public sealed partial class EventJson : JsonSerializerContext;
