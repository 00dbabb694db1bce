namespace Hashgate.Core.Advisories.Cvss;

/// <summary>
/// CVSS 4.0, section 8.2: a vector falls into one of the groups that the specification calls MacroVectors, has that group's score, and
/// loses a share of the way to the next lower groups, by how far it is from its own group's worst vector.
/// </summary>
/// <remarks>
/// In a base score nothing is known of threats and requirements: exploits count as seen (EQ5 is 0), all requirements as high (EQ6
/// follows from EQ3), and no one's safety as touched (EQ4 is 1 or 2). All worst vectors of a group have the same sum of levels, so
/// that the distance is a difference of sums.
/// </remarks>
internal static class Cvss4
{
    // How far the vectors of a group reach, in levels (section 8.2, "depth").
    private static readonly int[] Depths1 = [1, 4, 5];
    private static readonly int[] Depths2 = [1, 2];
    private static readonly int[] Depths3 = [7, 8, 10];
    private static readonly int[] Depths4 = [0, 5, 4];

    // The sum of the levels of a group's worst vectors.
    private static readonly int[] Worst1 = [0, 1, 3];
    private static readonly int[] Worst2 = [0, 1];
    private static readonly int[] Worst3 = [0, 1, 3];
    private static readonly int[] Worst4 = [0, 3, 6];

    // Scores by EQ1 and EQ2 (rows), EQ3 with EQ6 (00, 01, 10, 11, 21) and EQ4 (1, 2), with EQ5 at 0.
    private static readonly double[,] Scores =
    {
        { 10, 9.3, 9.6, 9, 9.3, 8.8, 9.2, 8, 7.9, 6.9 },
        { 9.5, 9.2, 9.1, 8.1, 9.2, 8.4, 8.2, 7, 7.1, 6.3 },
        { 9.4, 8.7, 8.9, 7.5, 8.6, 7.2, 7.6, 5.7, 6.5, 5.3 },
        { 9, 7.7, 7.7, 6.6, 7.4, 6.1, 5.9, 5.2, 5.8, 2.3 },
        { 8.6, 7, 7.4, 5.4, 7.2, 5.3, 5.7, 3.6, 4.7, 2.4 },
        { 7.3, 5.4, 5.5, 4.3, 6.1, 4.6, 5.1, 1.8, 2.4, 1 },
    };

    public static double? Score(CvssMetrics metrics)
    {
        int[] access = [metrics.Level("AV", "NALP"), metrics.Level("PR", "NLH"), metrics.Level("UI", "NPA")];
        int[] complexity = [metrics.Level("AC", "LH"), metrics.Level("AT", "NP")];
        int[] own = [metrics.Level("VC", "HLN"), metrics.Level("VI", "HLN"), metrics.Level("VA", "HLN")];
        // Level 0 is safety, which a base vector can't name.
        int[] others = [metrics.Level("SC", " HLN"), metrics.Level("SI", " HLN"), metrics.Level("SA", " HLN")];
        if (access.Concat(complexity).Concat(own).Concat(others).Any(level => level < 0)) return null;
        if (own.All(level => level == 2) && others.All(level => level == 3)) return 0;

        var eq1 = access[0] == 3 || access.All(level => level > 0) ? 2 : access.Any(level => level > 0) ? 1 : 0;
        var eq2 = complexity.Any(level => level > 0) ? 1 : 0;
        var eq3 = own[0] == 0 && own[1] == 0 ? 0 : own.Any(level => level == 0) ? 1 : 2;
        var eq4 = others.Any(level => level == 1) ? 1 : 2;

        var score = Look(eq1, eq2, Pair(eq3), eq4);
        // A lower group of EQ5 there always is; nothing lies between it and a base vector.
        var (lost, ways) = (0.0, 1);
        if (eq1 < 2) Lose(score - Look(eq1 + 1, eq2, Pair(eq3), eq4), access.Sum() - Worst1[eq1], Depths1[eq1]);
        if (eq2 < 1) Lose(score - Look(eq1, eq2 + 1, Pair(eq3), eq4), complexity.Sum() - Worst2[eq2], Depths2[eq2]);
        if (eq3 == 0) Lose(score - Math.Max(Look(eq1, eq2, 1, eq4), Look(eq1, eq2, 2, eq4)), own.Sum() - Worst3[eq3], Depths3[eq3]);
        if (eq3 == 1) Lose(score - Look(eq1, eq2, 3, eq4), own.Sum() - Worst3[eq3], Depths3[eq3]);
        if (eq4 < 2) Lose(score - Look(eq1, eq2, Pair(eq3), eq4 + 1), others.Sum() - Worst4[eq4], Depths4[eq4]);
        // Binary fractions must not turn an exact half into less.
        return Math.Clamp(Math.Round(score - (lost / ways) + 1e-6, 1, MidpointRounding.AwayFromZero), 0, 10);

        void Lose(double way, int distance, int depth)
        {
            lost += way * distance / depth;
            ways++;
        }
    }

    /// <summary>The column of EQ3 with the EQ6 that a base vector has.</summary>
    private static int Pair(int eq3) => eq3 * 2;

    private static double Look(int eq1, int eq2, int pair, int eq4) => Scores[(eq1 * 2) + eq2, (pair * 2) + eq4 - 1];
}
