using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Hosting;

/// <summary>Tells of rules that threw.</summary>
internal sealed partial class PolicyFailures(ILogger<PolicyFailures> logger)
{
    public void Report(IPolicyRule rule, Exception error) => LogRuleFailed(rule.Name, error);

    [LoggerMessage(3033, LogLevel.Error, "The rule {Rule} failed; what it should have judged is blocked, unless the rule only records")]
    private partial void LogRuleFailed(string rule, Exception error);
}
