using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Hosting;

/// <summary>Tells of rules that threw, and of documents on record that can't be read.</summary>
internal sealed partial class PolicyFailures(ILogger<PolicyFailures> logger)
{
    public void Report(IPolicyRule rule, Exception error) => LogRuleFailed(rule.Name, error);

    public void ReportUnreadable(PolicyDocument document, Exception error) => LogUnreadable(document.Kind, document.Id, error);

    [LoggerMessage(3002, LogLevel.Error, "The {Kind} document {Id} can't be read and is left out")]
    private partial void LogUnreadable(string kind, string id, Exception error);

    [LoggerMessage(3001, LogLevel.Error, "The rule {Rule} failed; what it should have judged is blocked")]
    private partial void LogRuleFailed(string rule, Exception error);
}
