using Microsoft.AspNetCore.Http.Features;

namespace Hashgate.Proxy.Dashboard.Acting;

/// <summary>The fields of a form that an operator sent; one that is missing or blank is null.</summary>
internal sealed class ActFields(IFormCollection fields)
{
    /// <summary>The longest form, in bytes.</summary>
    public const int MaxBytes = 256 << 10;

    private static readonly FormOptions Limits = new() { ValueCountLimit = 64, MemoryBufferThreshold = MaxBytes };

    public string? this[string name] => string.IsNullOrWhiteSpace(fields[name]) ? null : fields[name].ToString().Trim();

    /// <summary>Where the operator came from.</summary>
    public string? Return => this["return"];

    /// <summary>Reads it; null where the request has none that can be read.</summary>
    public static async Task<ActFields?> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType) return null;
        try
        {
            return new ActFields(await context.Request.ReadFormAsync(Limits, context.RequestAborted));
        }
        catch (Exception error) when (error is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>When something ends that lasts for so many days from now; null: it doesn't end by itself.</summary>
    /// <exception cref="FormatException">That is no number of days from 1 to 3650.</exception>
    public DateTimeOffset? Ends(string name, DateTimeOffset now)
    {
        if (this[name] is not { } text) return null;
        return int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 3650
            ? now.AddDays(days)
            : throw new FormatException("The days must be a whole number from 1 to 3650, or nothing at all.");
    }
}
