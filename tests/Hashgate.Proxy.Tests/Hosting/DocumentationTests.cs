using System.Reflection;
using System.Text.RegularExpressions;
using Hashgate.Core.Policy;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Hosting;

/// <summary>The documents tell of what there is, and of nothing else.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Configuration_document_has_every_key_and_no_other()
    {
        var known = LoadedSettings.Of(("Admin:Tokens:ci:Role", "view")).Known.Select(General).ToHashSet(StringComparer.Ordinal);
        var told = KeyRow().Matches(Read("configuration.md")).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(known.Except(told));
        Assert.Empty(told.Except(known));
    }

    [Fact]
    public void Rules_document_has_every_rule()
    {
        var text = Read("policy-rules.md");
        var rules = typeof(IPolicyRule).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IPolicyRule))).Select(Create);
        var names = typeof(RuleNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!);

        foreach (var name in rules.Select(r => r.Name).Concat(names)) Assert.Contains($"\n## `{name}`\n", text, StringComparison.Ordinal);
    }

    private static IPolicyRule Create(Type rule) =>
        (IPolicyRule)Activator.CreateInstance(rule, [.. rule.GetConstructors().Single().GetParameters().Select(p => p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null)])!;

    /// <summary>The key as the document writes it: with <c>&lt;name&gt;</c> for what a user names.</summary>
    private static string General(string key) =>
        key.Split(':') switch
        {
            ["Upstreams", _, var rest] => $"Upstreams:<name>:{rest}",
            ["Admin", "Tokens", _, var rest] => $"Admin:Tokens:<name>:{rest}",
            ["Policy", "Rules", _, "Mode"] => "Policy:Rules:<rule>:Mode",
            _ => key,
        };

    private static string Read(string document) => File.ReadAllText(Path.Combine(Repository.Root, "docs", document));

    [GeneratedRegex(@"^\| `([A-Za-z:<>-]+)` \|", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex KeyRow();
}
