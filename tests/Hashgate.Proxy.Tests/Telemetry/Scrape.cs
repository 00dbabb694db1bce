using System.Globalization;
using System.Text.RegularExpressions;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;

namespace Hashgate.Proxy.Tests.Telemetry;

/// <summary>What /metrics printed, taken apart.</summary>
internal sealed partial class Scrape
{
    private Scrape(string text)
    {
        Text = text;
        Types = TypeLine().Matches(text).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.Ordinal);
        Series = [.. SampleLine().Matches(text).Select(m => new Series(
            m.Groups[1].Value,
            LabelPair().Matches(m.Groups[2].Value).ToDictionary(l => l.Groups[1].Value, l => l.Groups[2].Value, StringComparer.Ordinal),
            Value(m.Groups[3].Value)))];
    }

    public string Text { get; }

    /// <summary>Each family's type.</summary>
    public IReadOnlyDictionary<string, string> Types { get; }

    public IReadOnlyList<Series> Series { get; }

    public static async Task<Scrape> OfAsync(RunningHashgate hashgate) => new(await hashgate.Client.GetStringAsync("metrics"));

    /// <summary>
    /// What is printed once it is as it should be, or half a minute later: an answer is counted after its client has it, and much is recorded beside it.
    /// </summary>
    public static async Task<Scrape> OfAsync(RunningHashgate hashgate, Func<Scrape, bool> until)
    {
        var scrape = await OfAsync(hashgate);
        await Gets.UntilAsync(async () => until(scrape = await OfAsync(hashgate)));
        return scrape;
    }

    /// <summary>The number of one series: its name and labels as they are printed.</summary>
    public double this[string name, params (string Name, string Value)[] labels] =>
        Series.Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Name) == l.Value)).Sum(s => s.Value);

    /// <summary>The family that a series' name is of.</summary>
    public string? FamilyOf(string name) =>
        Types.ContainsKey(name) ? name
        : Suffix().Match(name) is { Success: true } suffix && Types.GetValueOrDefault(name[..suffix.Index]) == "histogram" ? name[..suffix.Index]
        : null;

    private static double Value(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("""^# TYPE (\S+) (\S+)$""", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^([a-z_]+)(?:\{(.*)\})? (\S+)$""", RegexOptions.Multiline)]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"([a-z_]+)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex LabelPair();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}

/// <summary>One printed number.</summary>
internal sealed record Series(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
