using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hashgate.Proxy.Tests.Advisories;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Telemetry;

/// <summary>The dashboard for Grafana, the alerts for Prometheus and the table of metrics speak of what /metrics really prints.</summary>
public sealed partial class MonitoringFilesTests
{
    private static readonly string Rules = Path.Combine(Repository.Root, "deploy", "prometheus", "hashgate.rules.yml");
    private static readonly string Dashboard = Path.Combine(Repository.Root, "deploy", "grafana", "hashgate.json");

    /// <summary>What Prometheus adds to each series, and to a bucket.</summary>
    private static readonly string[] Added = ["instance", "job", "le"];

    [Fact]
    public async Task Alerts_and_dashboard_use_metrics_labels_and_values_that_there_are()
    {
        var scrape = await ScrapeAllAsync();
        var expressions = Expressions().ToArray();
        Assert.True(expressions.Length > 50);
        Assert.All(expressions, expression => Check(scrape, expression));
    }

    [Fact]
    public async Task Each_metric_of_the_program_is_in_the_dashboard_or_in_an_alert()
    {
        var scrape = await ScrapeAllAsync();
        var used = Expressions().SelectMany(e => Selector().Matches(e)).Select(m => scrape.FamilyOf(m.Groups[1].Value)).ToHashSet();
        // What is for a look at the numbers themselves.
        string[] others = ["hashgate_build_info", "hashgate_client_tokens", "hashgate_degraded_reasons", "hashgate_scrub_last_success_timestamp_seconds", "hashgate_upstream_last_failure_timestamp_seconds", "hashgate_upstream_last_success_timestamp_seconds"];
        Assert.Equal(others, scrape.Types.Keys.Where(name => name.StartsWith("hashgate_", StringComparison.Ordinal) && !used.Contains(name)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Table_of_metrics_has_each_with_its_type_and_labels_and_no_other()
    {
        var scrape = await ScrapeAllAsync();
        var told = TableRow().Matches(ReadOperations()).Select(m => (Name: m.Groups[1].Value, Type: m.Groups[2].Value, Labels: LabelName().Matches(m.Groups[3].Value).Select(l => l.Groups[1].Value)));
        Assert.Equal(
            scrape.Types.Select(t => $"{t.Key} {t.Value}: {string.Join(' ', LabelsOf(scrape, t.Key).Order())}").Order(StringComparer.Ordinal),
            told.Select(t => $"{t.Name} {t.Type}: {string.Join(' ', t.Labels.Order())}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_alert_has_a_summary_and_leads_to_what_to_do()
    {
        var (rules, operations) = (File.ReadAllText(Rules), ReadOperations());
        var alerts = AlertName().Matches(rules).Select(m => m.Groups[1].Value).ToArray();
        Assert.NotEmpty(alerts);
        foreach (var alert in alerts)
        {
            Assert.Contains($"\n#### {alert}\n", operations, StringComparison.Ordinal);
            Assert.Contains($"runbook_url: docs/operations.md#{alert.ToLowerInvariant()}\n", rules, StringComparison.Ordinal);
        }
        Assert.Equal(alerts.Length, Regex.Count(rules, "^          summary: ", RegexOptions.Multiline));
    }

    [Theory, Trait("Needs", "prometheus")]
    [InlineData("check rules hashgate.rules.yml")]
    [InlineData("test rules hashgate.rules.test.yml")]
    [InlineData("check config prometheus.yml")]
    public Task Prometheus_itself_finds_nothing_wrong(string command) => PromtoolAsync(command, input: null);

    [Fact, Trait("Needs", "prometheus")]
    public async Task Prometheus_itself_reads_what_is_printed_and_finds_its_names_in_order() => await PromtoolAsync("check metrics", (await ScrapeAllAsync()).Text);

    private static async Task<Scrape> ScrapeAllAsync()
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        index.Faults.Once("/simple/delta/", Fault.Status(503));
        await using var feed = await FakeFeed.StartAsync();
        feed.Put("MAL-2026-1", "beta", "1.0", DateTimeOffset.UtcNow.AddDays(-1));
        using var directory = new TemporaryDirectory();
        var blocklist = Path.Combine(directory.Path, "blocklist.txt");
        await File.WriteAllTextAsync(blocklist, "gamma\n");
        await using var hashgate = await RunningHashgate.StartAsync(index, new Dictionary<string, string?>
        {
            ["Advisories:Source"] = feed.Url.AbsoluteUri,
            ["Policy:Rules:blocklist:File"] = blocklist,
        });
        await hashgate.PageAsync("alpha");
        (await hashgate.GetAsync("simple/delta/")).Dispose();
        return await Scrape.OfAsync(hashgate, s => s["hashgate_advisory_feed_up"] == 1);
    }

    /// <summary>Every expression of the two files.</summary>
    private static IEnumerable<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Dashboard));
        return [.. AlertExpression().Matches(File.ReadAllText(Rules)).Select(m => m.Groups[1].Value), .. ExpressionsIn(dashboard.RootElement)];
    }

    private static List<string> ExpressionsIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => [.. element.EnumerateObject().SelectMany(p => p is { Name: "expr", Value.ValueKind: JsonValueKind.String } ? [p.Value.GetString()!] : ExpressionsIn(p.Value))],
        JsonValueKind.Array => [.. element.EnumerateArray().SelectMany(ExpressionsIn)],
        _ => [],
    };

    private static void Check(Scrape scrape, string expression)
    {
        var selectors = Selector().Matches(expression);
        var labels = new HashSet<string>(Added, StringComparer.Ordinal);
        foreach (var selector in selectors.AsEnumerable())
        {
            var name = selector.Groups[1].Value;
            // Prometheus' own series of whether a target answered.
            if (name == "up") continue;
            Assert.True(scrape.FamilyOf(name) is not null, $"There is no {name}: {expression}");
            var series = scrape.Series.Where(s => s.Name == name).ToArray();
            foreach (var matcher in Matcher().Matches(selector.Groups[2].Value).AsEnumerable())
            {
                var (label, sign, value) = (matcher.Groups[1].Value, matcher.Groups[2].Value, matcher.Groups[3].Value);
                if (Added.Contains(label)) continue;
                Assert.True(series.Any(s => s.Labels.ContainsKey(label)), $"{name} has no label {label}: {expression}");
                if (sign == "=") Assert.True(series.Any(s => s.Labels[label] == value), $"{name} has no {label} {value}: {expression}");
            }
            labels.UnionWith(LabelsOf(scrape, scrape.FamilyOf(name)!));
        }
        Assert.NotEmpty(selectors);
        foreach (var label in Grouping().Matches(expression).SelectMany(m => m.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries)))
            Assert.True(labels.Contains(label), $"Nothing has the label {label}: {expression}");
    }

    private static IEnumerable<string> LabelsOf(Scrape scrape, string family) =>
        scrape.Series.Where(s => scrape.FamilyOf(s.Name) == family).SelectMany(s => s.Labels.Keys).Distinct().Except(["le"]);

    private static string ReadOperations() => File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));

    private static async Task PromtoolAsync(string arguments, string? input)
    {
        var start = new ProcessStartInfo("promtool", arguments.Split(' '))
        {
            WorkingDirectory = Path.GetDirectoryName(Rules),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var promtool = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            var (output, errors) = (promtool.StandardOutput.ReadToEndAsync(limit.Token), promtool.StandardError.ReadToEndAsync(limit.Token));
            await promtool.StandardInput.WriteAsync(input);
            promtool.StandardInput.Close();
            await promtool.WaitForExitAsync(limit.Token);
            Assert.True(promtool.ExitCode == 0, await output + await errors);
        }
        finally
        {
            promtool.Kill();
        }
    }

    [GeneratedRegex("""\b((?:hashgate|process|dotnet)_[a-z_]+|up)\b(?:\{([^}]*)\})?""")]
    private static partial Regex Selector();

    [GeneratedRegex(@"([a-z_]+)\s*(=~|!~|!=|=)\s*""([^""]*)""")]
    private static partial Regex Matcher();

    [GeneratedRegex("""\bby \(([^)]*)\)""")]
    private static partial Regex Grouping();

    [GeneratedRegex("""^      - alert: (\w+)$""", RegexOptions.Multiline)]
    private static partial Regex AlertName();

    [GeneratedRegex("""^        expr: (.+(?:\n          .+)*)$""", RegexOptions.Multiline)]
    private static partial Regex AlertExpression();

    [GeneratedRegex("""^\| `((?:hashgate|process|dotnet)_[a-z_]+)` \| (\w+) \| (.*?) \|""", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex LabelName();
}
