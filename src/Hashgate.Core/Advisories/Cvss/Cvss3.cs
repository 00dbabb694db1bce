namespace Hashgate.Core.Advisories.Cvss;

/// <summary>CVSS 3.0 and 3.1, section 7.1: the base equations, with 3.1's rounding, which differs from 3.0's only in being exact.</summary>
internal static class Cvss3
{
    public static double? Score(CvssMetrics metrics)
    {
        double Impact(string metric) => metrics.Weight(metric, "NLH", 0, 0.22, 0.56);

        var scope = metrics.Level("S", "UC");
        if (scope < 0) return null;
        var changed = scope == 1;
        var part = 1 - ((1 - Impact("C")) * (1 - Impact("I")) * (1 - Impact("A")));
        var impact = changed ? (7.52 * (part - 0.029)) - (3.25 * Math.Pow(part - 0.02, 15)) : 6.42 * part;
        var exploitability = 8.22
            * metrics.Weight("AV", "NALP", 0.85, 0.62, 0.55, 0.2)
            * metrics.Weight("AC", "LH", 0.77, 0.44)
            * metrics.Weight("PR", "NLH", 0.85, changed ? 0.68 : 0.62, changed ? 0.5 : 0.27)
            * metrics.Weight("UI", "NR", 0.85, 0.62);
        if (double.IsNaN(impact) || double.IsNaN(exploitability)) return null;
        if (impact <= 0) return 0;
        return RoundUp(Math.Min((changed ? 1.08 : 1) * (impact + exploitability), 10));
    }

    /// <summary>Appendix A: up to the next tenth, free of what binary fractions add.</summary>
    private static double RoundUp(double value)
    {
        var scaled = (int)Math.Round(value * 100_000);
        return scaled % 10_000 == 0 ? scaled / 100_000.0 : ((scaled / 10_000) + 1) / 10.0;
    }
}
