using System.Text;
using System.Text.Json;
using System.Threading.RateLimiting;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving.Replay;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Lists;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Reads what is to be tried, and tries it; one replay at a time, so that serving goes on beside it.</summary>
internal sealed class ReplayOperations(PolicyReplay replay, PolicyConfiguration configuration, HashgateSettings settings, PolicyState state, PolicyFailures failures, TimeProvider time) : IDisposable
{
    /// <summary>The longest settings read, in characters.</summary>
    public const int MaxSettings = 256 << 10;

    /// <summary>How long a replay may take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly ConcurrencyLimiter _turns = new(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 0 });

    /// <summary>Asks for the turn; the lease says whether it was to be had.</summary>
    public RateLimitLease Enter() => _turns.AttemptAcquire();

    /// <summary>The policy to try; null, and all that is wrong, where the request names none.</summary>
    public TriedPolicy? Read(ReplayRequest request, List<string> errors)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (!ReplaySince.TryRead(request.Since ?? ReplaySince.Standard, today, out var since)) errors.Add($"since is {Api.Quote(request.Since)}: it must be {ReplaySince.Allowed}.");
        var inputs = WithLists(request.Lists ?? new Dictionary<string, string?>(), errors);
        if (Changed(request.Settings, errors) is not { } changed || configuration.With(changed, errors) is not var (policy, advisories)) return null;

        foreach (var rule in (request.Lists?.Keys ?? []).Where(rule => rule != RuleNames.Typosquat)) policy = policy.WithGiven(rule);
        errors.AddRange(NotRead(policy, request));
        return errors.Count == 0 ? new TriedPolicy(since, PolicyRules.Engine(PolicyRules.Create(policy, advisories), policy, failures.ForReplay()), inputs) : null;
    }

    public Task<ReplayResult?> RunAsync(TriedPolicy policy, CancellationToken cancellationToken) => replay.RunAsync(policy, cancellationToken);

    public void Dispose() => _turns.Dispose();

    private static IReadOnlyDictionary<string, string?>? Changed(JsonElement? settings, List<string> errors)
    {
        if (settings is not { ValueKind: not JsonValueKind.Null } given) return new Dictionary<string, string?>();
        var text = given.GetRawText();
        if (text.Length > MaxSettings)
        {
            errors.Add($"settings have more than {MaxSettings} characters.");
            return null;
        }
        try
        {
            return FlatSettings.Read(text);
        }
        catch (FormatException error)
        {
            errors.Add($"settings can't be read: {error.Message}");
            return null;
        }
    }

    private PolicyInputs WithLists(IReadOnlyDictionary<string, string?> lists, List<string> errors)
    {
        var inputs = state.Current;
        foreach (var (rule, text) in lists)
        {
            if (!PolicyConfiguration.ListFiles.Values.Contains(rule))
            {
                errors.Add($"lists has {Api.Quote(rule)}: it may have {string.Join(", ", PolicyConfiguration.ListFiles.Values)}.");
                continue;
            }
            var list = ListKind.Of(rule).Read(Encoding.UTF8.GetBytes(text ?? ""));
            if (list.Problems.Count == 0) inputs = list.Apply(inputs);
            errors.AddRange(list.Problems.Select(problem => $"lists.{rule}, {problem}."));
        }
        return inputs;
    }

    /// <summary>Lists of rules that are off here, and so were never read: tried as they are, they would be empty.</summary>
    private IEnumerable<string> NotRead(PolicySettings tried, ReplayRequest request) =>
        tried.Lists.Concat(tried.Typosquat.Lists).Select(list => list.Rule)
            .Where(rule => tried.IsOn(rule) && !settings.Policy.IsOn(rule) && request.Lists?.ContainsKey(rule) != true)
            .Select(rule => $"The rule {rule} is off on the server, which therefore hasn't read its list: name the list's file in the changed settings, or send its text as lists.{rule}.");
}
