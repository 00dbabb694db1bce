using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Hosting;

/// <summary>Tells of rules that threw.</summary>
internal sealed partial class PolicyFailures(ILogger<PolicyFailures> logger)
{
    public void Report(IPolicyRule rule, Exception error) => LogRuleFailed(rule.Name, error);

    /// <summary>For one try of a policy, which asks rules over and over: tells of each rule once.</summary>
    public Action<IPolicyRule, Exception> ForReplay()
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        return (rule, error) =>
        {
            if (told.Add(rule.Name)) LogTriedRuleFailed(rule.Name, error);
        };
    }

    [LoggerMessage(3033, LogLevel.Error, "The rule {Rule} failed; what it should have judged is blocked, unless the rule only records")]
    private partial void LogRuleFailed(string rule, Exception error);

    [LoggerMessage(3034, LogLevel.Error, "The rule {Rule} failed in a replay; what it should have judged counts as refused")]
    private partial void LogTriedRuleFailed(string rule, Exception error);
}
