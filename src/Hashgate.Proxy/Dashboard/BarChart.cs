namespace Hashgate.Proxy.Dashboard;

/// <summary>Counts over time, for <see cref="Components.Bars"/>.</summary>
/// <param name="Caption">What is counted, and over what time.</param>
/// <param name="Steps">When each step begins, oldest first; at least one.</param>
/// <param name="Series">Each with as many values as there are steps; none: <paramref name="Nothing"/> stands in the chart's place.</param>
public sealed record BarChart(string Caption, IReadOnlyList<DateTimeOffset> Steps, IReadOnlyList<BarSeries> Series, string Nothing)
{
    /// <summary>All series together in one step.</summary>
    public long Total(int step) => Series.Sum(s => s.Values[step]);

    /// <summary>The upper end of the scale: the next of 1, 2, 4, 6, 8 and 10 times a power of ten.</summary>
    public long Top
    {
        get
        {
            var most = Enumerable.Range(0, Steps.Count).Max(Total);
            for (var power = 1L; ; power *= 10)
            {
                foreach (var times in (ReadOnlySpan<long>)[1, 2, 4, 6, 8])
                {
                    if (times * power >= most) return times * power;
                }
            }
        }
    }
}

/// <summary>One part of the stacked bars.</summary>
/// <param name="Class">The style sheet's name of its colour, such as <c>rule-malware</c>.</param>
/// <param name="Link">Where the legend leads, below <c>/dashboard</c>; null: nowhere.</param>
public sealed record BarSeries(string Name, string Class, IReadOnlyList<long> Values, string? Link = null);
