using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Policy.Typosquat;

namespace Hashgate.Proxy.Lists;

/// <summary>What a watched list is for: how it is read, and what it changes.</summary>
/// <param name="Name">For people, after "the".</param>
/// <param name="Absent">What is in force before the list was ever had.</param>
internal sealed record ListKind(string Name, Func<byte[], ListContent> Read, Func<PolicyInputs, PolicyInputs> Absent)
{
    /// <summary>The list that a rule goes by.</summary>
    public static ListKind Of(string rule) => rule switch
    {
        RuleNames.Allowlist => OfEntries(rule, static (inputs, entries) => inputs with { Allowlist = inputs.Allowlist.WithListed(entries) }),
        RuleNames.Blocklist => OfEntries(rule, static (inputs, entries) => inputs with { Blocklist = inputs.Blocklist.WithListed(entries) }),
        _ => new ListKind("list of popular projects", ReadPopular, static inputs => inputs),
    };

    private static ListKind OfEntries(string name, Func<PolicyInputs, IReadOnlyList<PolicyListEntry>?, PolicyInputs> change) => new(
        name,
        content =>
        {
            var reading = PolicyListReader.Read(content);
            return new ListContent(reading.Entries.Count, reading.Problems, inputs => change(inputs, reading.Entries));
        },
        inputs => change(inputs, null));

    private static ListContent ReadPopular(byte[] content)
    {
        var (names, problems) = PopularNamesReader.Read(content);
        return new ListContent(names?.Count ?? 0, problems, inputs => inputs with { Popular = names });
    }
}

/// <summary>A list as read.</summary>
/// <param name="Apply">Puts it in force; only to be called without problems.</param>
internal sealed record ListContent(int Count, IReadOnlyList<ListProblem> Problems, Func<PolicyInputs, PolicyInputs> Apply);
