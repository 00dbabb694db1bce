using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashgate.Core.Events;

namespace Hashgate.Storage.Events;

/// <summary>Tells of most events' JSON that a query doesn't match it, without reading the JSON.</summary>
internal sealed class EventPrefilter
{
    // What JSON writes as it is: quotes, marks of HTML, controls and all that isn't ASCII may stand there as escapes.
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,:;()[]{}!?*#%@=~|^$");

    private readonly SearchValues<string>? _run;
    private readonly byte[][] _fields;
    private readonly byte[][] _kinds;

    public EventPrefilter(EventQuery query)
    {
        _fields = [.. Fields(("project", query.Project), ("rule", query.Rule), ("client", query.Client))];
        _kinds = [.. Fields([.. (query.Kinds ?? []).Select(kind => ("kind", (string?)kind))])];
        var run = "";
        for (var rest = (query.Text ?? "").AsSpan(); rest.Length > 0;)
        {
            var length = rest.IndexOfAnyExcept(Plain) is >= 0 and var end ? end : rest.Length;
            if (length > run.Length) run = rest[..length].ToString();
            rest = rest[Math.Min(length + 1, rest.Length)..];
        }
        if (run.Length > 0) _run = SearchValues.Create([run], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>False only if the event doesn't match.</summary>
    public bool MayMatch(ReadOnlySpan<byte> json)
    {
        foreach (var field in _fields)
        {
            if (json.IndexOf(field) < 0) return false;
        }
        return MayBeOfKind(json) && MaySay(json);
    }

    private bool MayBeOfKind(ReadOnlySpan<byte> json)
    {
        foreach (var kind in _kinds)
        {
            if (json.IndexOf(kind) >= 0) return true;
        }
        return _kinds.Length == 0;
    }

    // The longest run of the text that stands in JSON as it is.
    private bool MaySay(ReadOnlySpan<byte> json)
    {
        if (_run is null) return true;
        var rented = ArrayPool<char>.Shared.Rent(json.Length);
        try
        {
            return rented.AsSpan(0, Encoding.Latin1.GetChars(json, rented)).ContainsAny(_run);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private static IEnumerable<byte[]> Fields(params (string Name, string? Value)[] filters) =>
        filters.Where(f => f.Value is not null).Select(f => Encoding.UTF8.GetBytes($"\"{f.Name}\":\"{JsonEncodedText.Encode(f.Value!)}\""));
}
