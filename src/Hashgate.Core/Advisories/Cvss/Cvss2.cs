namespace Hashgate.Core.Advisories.Cvss;

/// <summary>CVSS 2.0, section 3.2.1: the base equation.</summary>
internal static class Cvss2
{
    public static double? Score(CvssMetrics metrics)
    {
        double Impact(string metric) => metrics.Weight(metric, "NPC", 0, 0.275, 0.66);

        var impact = 10.41 * (1 - ((1 - Impact("C")) * (1 - Impact("I")) * (1 - Impact("A"))));
        var exploitability = 20
            * metrics.Weight("AV", "LAN", 0.395, 0.646, 1)
            * metrics.Weight("AC", "HML", 0.35, 0.61, 0.71)
            * metrics.Weight("Au", "MSN", 0.45, 0.56, 0.704);
        var score = ((0.6 * impact) + (0.4 * exploitability) - 1.5) * (impact == 0 ? 0 : 1.176);
        return double.IsNaN(score) ? null : Math.Clamp(Math.Round(score, 1, MidpointRounding.AwayFromZero), 0, 10);
    }
}
