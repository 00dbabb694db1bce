using System.Reflection;
using System.Text.RegularExpressions;
using Hashgate.Core.Policy;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Hosting;

/// <summary>The documents tell of what there is, and of nothing else.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] s_pages =
        [Path.Combine(Repository.Root, "README.md"), Path.Combine(Repository.Root, "CHANGELOG.md"), .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)];

    [Fact]
    public void Configuration_document_has_every_key_and_no_other()
    {
        var known = LoadedSettings.Of(("Admin:Tokens:ci:Role", "view"), ("Policy:Rules:vulnerability:Exceptions:0:Id", "CVE-2026-1"), ("Webhooks:ops:Url", "https://hooks.example/")).Known.Select(General).ToHashSet(StringComparer.Ordinal);
        var told = KeyRow().Matches(Read("configuration.md")).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(known.Except(told));
        Assert.Empty(told.Except(known));
    }

    [Fact]
    public void Setting_that_a_document_or_a_file_of_deploy_names_is_one_that_there_is()
    {
        var known = KeyRow().Matches(Read("configuration.md")).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var sections = known.Select(key => key.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        string[] files = [.. s_pages, .. Directory.GetFiles(Path.Combine(Repository.Root, "deploy"), "*", SearchOption.AllDirectories), Path.Combine(Repository.Root, "docker-compose.yml")];
        var wrong = from file in files
                    from Match match in SettingName().Matches(File.ReadAllText(file))
                    let key = General(match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal))
                    where sections.Contains(key.Split(':')[0]) && !known.Contains(key) && !known.Any(k => k.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase))
                    select $"{file}: {key}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Rules_document_has_every_rule_with_an_example()
    {
        var text = Read("policy-rules.md");
        var rules = typeof(IPolicyRule).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IPolicyRule))).Select(Create);
        var names = typeof(RuleNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!);

        foreach (var name in rules.Select(r => r.Name).Concat(names).Distinct())
        {
            var start = text.IndexOf($"\n## `{name}`\n", StringComparison.Ordinal);
            Assert.True(start >= 0, $"{name} has no section");
            var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
            var section = end < 0 ? text[start..] : text[start..end];
            foreach (var part in (string[])["*What.*", "*Why.*", "*Reach.*", $"\n> Blocked by Hashgate: {name}: "]) Assert.True(section.Contains(part, StringComparison.Ordinal), $"{name} has no {part}");
        }
    }

    [Fact]
    public void Link_between_documents_leads_somewhere()
    {
        foreach (var document in s_pages)
        {
            foreach (var link in Link().Matches(File.ReadAllText(document)).Select(m => m.Groups[1].Value).Where(l => !l.Contains("://", StringComparison.Ordinal)))
            {
                var parts = link.Split('#');
                var target = parts[0].Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, parts[0]);
                Assert.True(Path.Exists(target), $"{document} links to {link}");
                if (parts.Length > 1) Assert.True(Headings(target).Contains(parts[1]), $"{document} links to {link}");
            }
        }
    }

    /// <summary>The anchors that a heading gets where documents are shown.</summary>
    private static HashSet<string> Headings(string document) =>
        [.. Heading().Matches(File.ReadAllText(document)).Select(m => string.Concat(m.Groups[1].Value.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-')).Replace(' ', '-'))];

    private static IPolicyRule Create(Type rule) =>
        (IPolicyRule)Activator.CreateInstance(rule, [.. rule.GetConstructors().Single().GetParameters().Select(p => p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null)])!;

    /// <summary>The key as the document writes it: with <c>&lt;name&gt;</c> for what a user names.</summary>
    private static string General(string key) =>
        key.Split(':') switch
        {
            ["Upstreams", _, var rest] => $"Upstreams:<name>:{rest}",
            ["Webhooks", _, var rest] => $"Webhooks:<name>:{rest}",
            ["Admin", "Tokens", _, var rest] => $"Admin:Tokens:<name>:{rest}",
            ["Policy", "Rules", "vulnerability", "Exceptions", _, var rest] => $"Policy:Rules:vulnerability:Exceptions:<n>:{rest}",
            ["Policy", "Rules", _, "Mode"] => "Policy:Rules:<rule>:Mode",
            // An element of a list.
            [.. var list, "<n>" or "0" or "1"] => General(string.Join(':', list)),
            _ => key,
        };

    private static string Read(string document) => File.ReadAllText(Path.Combine(Repository.Root, "docs", document));

    [GeneratedRegex(@"^\| `([A-Za-z0-9:<>-]+)` \|", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex KeyRow();

    [GeneratedRegex(@"\b(?:Hashgate(?:__|:))?([A-Z][A-Za-z0-9]+(?:(?:__|:)[A-Za-z0-9<>-]+)+)", RegexOptions.NonBacktracking)]
    private static partial Regex SettingName();

    [GeneratedRegex(@"\]\(([^)]+)\)", RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Heading();
}
