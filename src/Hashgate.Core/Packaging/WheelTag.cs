using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Core.Packaging;

/// <summary>One tag of a wheel (PyPA "platform compatibility tags").</summary>
public readonly record struct WheelTag(string Interpreter, string Abi, string Platform)
{
    public override string ToString() => $"{Interpreter}-{Abi}-{Platform}";
}

/// <summary>
/// A wheel's compressed tag set, such as <c>py2.py3-none-any</c>: three sets, each sorted, in lower case and without
/// duplicates, whose product are the tags. Two sets name the same tags exactly when their texts are the same.
/// </summary>
public sealed class WheelTagSet
{
    private readonly string[] _interpreters, _abis, _platforms;

    private WheelTagSet(string[] interpreters, string[] abis, string[] platforms) =>
        (_interpreters, _abis, _platforms) = (interpreters, abis, platforms);

    /// <summary>Reads the three components; none may be empty, or have an empty member, and an interpreter is an identifier.</summary>
    internal static bool TryParse(string interpreters, string abis, string platforms, [NotNullWhen(true)] out WheelTagSet? tags)
    {
        tags = null;
        if (!TryReadMembers(interpreters, out var first) || !Array.TrueForAll(first, IsIdentifier)) return false;
        if (!TryReadMembers(abis, out var second) || !TryReadMembers(platforms, out var third)) return false;
        tags = new WheelTagSet(first, second, third);
        return true;
    }

    /// <summary>
    /// Every single tag, in order. They multiply: a hostile filename names millions, so nothing that reads strangers'
    /// filenames may hold them all; <see cref="ToString"/> says the same in little.
    /// </summary>
    public IEnumerable<WheelTag> Expand() =>
        from interpreter in _interpreters
        from abi in _abis
        from platform in _platforms
        select new WheelTag(interpreter, abi, platform);

    public override string ToString() =>
        string.Concat(string.Join('.', _interpreters), "-", string.Join('.', _abis), string.Concat("-", string.Join('.', _platforms)));

    private static bool TryReadMembers(string component, out string[] members)
    {
        members = component.ToLowerInvariant().Split('.');
        if (members.Length == 1) return members[0].Length > 0;
        if (Array.Exists(members, member => member.Length == 0)) return false;
        Array.Sort(members, StringComparer.Ordinal);
        members = [.. members.Distinct(StringComparer.Ordinal)];
        return true;
    }

    private static bool IsIdentifier(string text)
    {
        if (char.IsDigit(text[0])) return false;
        foreach (var c in text)
        {
            if (c != '_' && !char.IsLetterOrDigit(c)) return false;
        }
        return true;
    }
}
