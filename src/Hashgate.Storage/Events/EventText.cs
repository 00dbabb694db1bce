using System.Buffers;
using System.Text;

namespace Hashgate.Storage.Events;

/// <summary>
/// Tells of most events' JSON that a text isn't in them, without reading the JSON: by the longest run of the text that JSON writes as it is.
/// </summary>
internal sealed class EventText
{
    // Quotes, marks of HTML, controls and all that isn't ASCII may stand there as escapes.
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,:;()[]{}!?*#%@=~|^$");

    private readonly string _run = "";

    public EventText(string? text)
    {
        for (var rest = (text ?? "").AsSpan(); rest.Length > 0;)
        {
            var length = rest.IndexOfAnyExcept(Plain) is >= 0 and var end ? end : rest.Length;
            if (length > _run.Length) _run = rest[..length].ToString();
            rest = rest[Math.Min(length + 1, rest.Length)..];
        }
    }

    /// <summary>False only if no field of the event contains the text, in any case of letters.</summary>
    public bool MayBeIn(ReadOnlySpan<byte> json)
    {
        if (_run.Length == 0) return true;
        var rented = ArrayPool<char>.Shared.Rent(json.Length);
        try
        {
            return rented.AsSpan(0, Encoding.Latin1.GetChars(json, rented)).Contains(_run, StringComparison.OrdinalIgnoreCase);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }
}
