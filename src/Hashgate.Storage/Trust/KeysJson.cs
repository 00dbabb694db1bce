using System.Text.Json.Serialization;

namespace Hashgate.Storage.Trust;

/// <summary>A list of keys as one parameter of a statement.</summary>
[JsonSerializable(typeof(IEnumerable<string>))]
internal sealed partial class KeysJson : JsonSerializerContext;
