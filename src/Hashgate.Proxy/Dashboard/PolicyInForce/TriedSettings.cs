using System.Text.Json;
using Hashgate.Core.Serving.Replay;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Dashboard.PolicyInForce;

/// <summary>Tries settings that somebody typed on the recorded downloads.</summary>
internal sealed class TriedSettings(ReplayOperations replays, TimeProvider time)
{
    private const int MaxProblems = 20;

    public async Task<ReplayOutcome> RunAsync(string since, string text, CancellationToken cancellationToken)
    {
        using var turn = replays.Enter();
        if (!turn.IsAcquired) return Failed("Another replay is running: try again when it is done.");
        var problems = new List<string>();
        var changed = Read(text, problems);
        if (problems.Count > 0) return Failed([.. problems]);
        if (replays.Read(new ReplayRequest(since, JsonSerializer.SerializeToElement(changed), null), problems) is not { } policy) return Failed([.. problems]);

        using var patience = new CancellationTokenSource(ReplayOperations.Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await replays.RunAsync(policy, either.Token) is { } result
                ? new ReplayOutcome(since, text, ReplayReport.Of(result), [])
                : Failed($"There are more than {Words.Number(PolicyReplay.MaxEntries)} downloads since then: name a later day.");
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return Failed($"The replay was not done within {ReplayOperations.Longest.TotalMinutes} minutes: name a later day.");
        }

        ReplayOutcome Failed(params string[] why) => new(since, text, null, [.. why.Take(MaxProblems)]);
    }

    /// <summary>Lines of <c>key = value</c>; the root of all keys may be left out.</summary>
    private static Dictionary<string, string> Read(string text, List<string> problems)
    {
        const string root = "Hashgate:";
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#')) continue;
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } key, var value]) problems.Add($"{Api.Quote(line)} is no setting: write a key, an equals sign and a value.");
            else if (!settings.TryAdd(key.StartsWith(root, StringComparison.OrdinalIgnoreCase) ? key : root + key, value)) problems.Add($"{Api.Quote(key)} stands there twice.");
        }
        return settings;
    }
}
