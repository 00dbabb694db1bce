using System.Globalization;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>Two thousand downloads that go wrong at random, the same for the same seed.</summary>
public sealed class RandomFaultsTests
{
    private const int Downloads = 2000;
    private const int Projects = 40;
    private const int Clients = 16;
    private const int HoldBack = 1024;

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Files:VerifyFirstBytes"] = "4096",
        ["Files:HoldBackBytes"] = "1024",
        ["Files:MaxPerClient"] = "64",
        ["Events:QueueLength"] = "100000",
    };

    [Theory]
    [InlineData(20261120)]
    public async Task No_client_ever_holds_a_complete_wrong_file(int seed)
    {
        await using var rig = await FaultRig.StartAsync(settings: Settings);
        // Not for secrets: a run has to be the same again.
#pragma warning disable CA5394
        var random = new Random(seed);
        var files = Enumerable.Range(0, Downloads).Select(i => rig.Index.Add(TestWheel.Build($"project{i % Projects}", $"{i / Projects}.0", random.Next(0, 10_000)))).ToArray();
        var faults = files.Select(file => RandomFault.Next(random, rig.Index, file)).ToArray();
#pragma warning restore CA5394
        for (var i = 0; i < Downloads; i++) rig.Index.Faults.Always(files[i].Path, faults[i].Fault);

        var wrong = new List<string>();
        var leftAlone = 0;
        var statuses = new Dictionary<int, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Downloads), new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (i, _) =>
        {
            for (var turn = 0; turn < 2; turn++)
            {
                var answer = await rig.GetAsync(files[i].Path);
                lock (wrong)
                {
                    statuses[answer.Status] = statuses.GetValueOrDefault(answer.Status) + 1;
                    if (answer.Reason.Contains("left alone", StringComparison.Ordinal)) leftAlone++;
                    if (Judge(files[i], answer) is { } problem)
                        wrong.Add(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, download {i} ({files[i].Bytes.Length} bytes, {faults[i].Name}), turn {turn}: {problem}"));
                }
            }
        });
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(10)));
        Assert.True(leftAlone < Downloads / 10, $"seed {seed}: the circuit was open for {leftAlone} downloads.");
        // The run was one: what streams, what is refused, what can't be had and what is harmless all came up.
        Assert.All((int[])[200, 403, 404, 504], status => Assert.True(statuses.GetValueOrDefault(status) > 20, $"seed {seed}: {string.Join(", ", statuses)}"));
        await rig.AssertUnhurtAsync();

        rig.Index.Faults.Clear();
        rig.Clock.Skip(TimeSpan.FromHours(3));
        foreach (var file in files.Where((_, i) => i % 20 == 0)) Assert.Equal(file.Bytes, (await rig.GetAsync(file.Path)).Body);
        await rig.AssertUnhurtAsync();
    }

    /// <summary>What is wrong with an answer; null where the contract allows it.</summary>
    private static string? Judge(FakeFile file, FaultAnswer answer)
    {
        var right = answer.Body.AsSpan().SequenceEqual(file.Bytes);
        switch (answer.Status)
        {
            case 200 when answer.IsComplete:
                return right ? null : "a complete wrong file";
            case 200 or 0:
                return !answer.WasReset ? "a plain end"
                    : answer.Body.Length > Math.Max(0, file.Bytes.Length - HoldBack) ? $"{answer.Body.Length} bytes, past the hold-back"
                    : null;
            case 403:
                return answer.Verdict != "block; rule=hash-mismatch" || !answer.Reason.StartsWith("Blocked by Hashgate: hash-mismatch: ", StringComparison.Ordinal) ? $"403 {answer.Reason}" : null;
            case 504:
                return !answer.Reason.StartsWith("Hashgate: ", StringComparison.Ordinal) ? $"504 {answer.Reason}" : null;
            case 404 or 429:
                return answer.IsComplete ? null : "a cut answer";
            default:
                return $"{answer.Status} {answer.Reason}";
        }
    }
}
