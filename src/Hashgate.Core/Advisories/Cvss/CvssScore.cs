namespace Hashgate.Core.Advisories.Cvss;

/// <summary>
/// Base scores of CVSS vectors, versions 2, 3.0, 3.1 and 4.0. Threat and environmental metrics are passed over: they change with time and
/// place, and without them version 4 assumes the worst.
/// </summary>
public static class CvssScore
{
    /// <summary>The longest vector that is read, in characters; version 4 with every optional metric has about 200.</summary>
    public const int MaxLength = 512;

    /// <summary>The base score of a vector of any version, 0.0 to 10.0.</summary>
    /// <param name="vector">As OSV has it: version 2 without a prefix, the others with <c>CVSS:3.1/</c> or the like.</param>
    /// <param name="score">The score, to one decimal place.</param>
    /// <returns>False where it is no vector, lacks a base metric, or has a version that isn't known.</returns>
    public static bool TryRead(string? vector, out double score)
    {
        score = 0;
        if (vector is not { Length: > 0 and <= MaxLength }) return false;
        var prefix = vector.StartsWith("CVSS:", StringComparison.Ordinal) ? vector.AsSpan(0, Math.Max(vector.IndexOf('/'), 0)) : "";
        if (!CvssMetrics.TryRead(vector.AsSpan(prefix.Length), out var metrics)) return false;
        var read = prefix switch
        {
            "" => Cvss2.Score(metrics),
            "CVSS:3.0" or "CVSS:3.1" => Cvss3.Score(metrics),
            "CVSS:4.0" => Cvss4.Score(metrics),
            _ => null,
        };
        score = read ?? 0;
        return read is not null;
    }

    /// <summary>Where a score stands on the qualitative scale.</summary>
    public static AdvisorySeverity Rate(double score) => score switch
    {
        >= 9 => AdvisorySeverity.Critical,
        >= 7 => AdvisorySeverity.High,
        >= 4 => AdvisorySeverity.Medium,
        > 0 => AdvisorySeverity.Low,
        _ => AdvisorySeverity.None,
    };
}
