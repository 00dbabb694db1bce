using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Hashgate.Core.Trust;

/// <summary>Trust records as JSON Lines, UTF-8: what exports write and imports read.</summary>
public static class TrustLines
{
    public static async Task WriteAsync(IAsyncEnumerable<TrustRecord> records, Stream stream, CancellationToken cancellationToken)
    {
        await foreach (var record in records.WithCancellation(cancellationToken))
        {
            await JsonSerializer.SerializeAsync(stream, record, TrustJson.Default.TrustRecord, cancellationToken);
            await stream.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
    }

    /// <exception cref="InvalidDataException">A line is no trust record; the message names it.</exception>
    public static async IAsyncEnumerable<TrustRecord> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        for (var number = 1; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            if (line.Length > 0) yield return Parse(line, number);
        }
    }

    private static TrustRecord Parse(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, TrustJson.Default.TrustRecord) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Line {number} is no trust record: {e.Message}"), e);
        }
    }
}
