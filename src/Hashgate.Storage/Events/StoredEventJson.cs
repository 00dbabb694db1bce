using System.Text.Json;
using Hashgate.Core.Events;

namespace Hashgate.Storage.Events;

/// <summary>Events as the stores keep them.</summary>
internal static class StoredEventJson
{
    public static byte[] Of(Event happened) => JsonSerializer.SerializeToUtf8Bytes(happened, EventJson.Default.Event);

    /// <summary>Null for another version's, that this one can't read: nothing to show, and no reason to hide the others.</summary>
    public static Event? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, EventJson.Default.Event);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
