using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Core.Packaging;

/// <summary>Reads an environment marker (PyPA "dependency specifiers", grammar): <c>or</c> over <c>and</c> over comparisons.</summary>
internal static class MarkerReader
{
    /// <summary>Parentheses within parentheses; a person's marker has two or three.</summary>
    public const int MaxDepth = 50;

    private static readonly string[] Operators = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

    // A dotted or shortened spelling of PEP 345 beside the one that stands for it.
    private static readonly (string Spelling, string Name)[] Variables =
    [
        ("python_version", "python_version"), ("python_full_version", "python_full_version"),
        ("os_name", "os_name"), ("os.name", "os_name"), ("sys_platform", "sys_platform"), ("sys.platform", "sys_platform"),
        ("platform_release", "platform_release"), ("platform_system", "platform_system"),
        ("platform_version", "platform_version"), ("platform.version", "platform_version"),
        ("platform_machine", "platform_machine"), ("platform.machine", "platform_machine"),
        ("platform_python_implementation", "platform_python_implementation"),
        ("platform.python_implementation", "platform_python_implementation"),
        ("python_implementation", "platform_python_implementation"),
        ("implementation_name", "implementation_name"), ("implementation_version", "implementation_version"),
        ("extra", "extra"), ("extras", "extras"), ("dependency_groups", "dependency_groups"),
    ];

    public static bool TryRead(ref TextCursor cursor, [NotNullWhen(true)] out Marker? marker) => TryReadAny(ref cursor, 0, out marker);

    private static bool TryReadAny(ref TextCursor cursor, int depth, [NotNullWhen(true)] out Marker? marker)
    {
        if (!TryReadAll(ref cursor, depth, out marker)) return false;
        if (!cursor.TakeWord("or")) return true;
        var terms = new List<Marker> { marker };
        do
        {
            if (!TryReadAll(ref cursor, depth, out marker)) return false;
            terms.Add(marker);
        }
        while (cursor.TakeWord("or"));
        marker = new MarkerAny(terms);
        return true;
    }

    private static bool TryReadAll(ref TextCursor cursor, int depth, [NotNullWhen(true)] out Marker? marker)
    {
        if (!TryReadTerm(ref cursor, depth, out marker)) return false;
        if (!cursor.TakeWord("and")) return true;
        var terms = new List<Marker> { marker };
        do
        {
            if (!TryReadTerm(ref cursor, depth, out marker)) return false;
            terms.Add(marker);
        }
        while (cursor.TakeWord("and"));
        marker = new MarkerAll(terms);
        return true;
    }

    private static bool TryReadTerm(ref TextCursor cursor, int depth, [NotNullWhen(true)] out Marker? marker)
    {
        marker = null;
        cursor.SkipBlanks();
        if (cursor.Take('('))
        {
            if (depth == MaxDepth || !TryReadAny(ref cursor, depth + 1, out marker) || !cursor.Take(')')) return false;
        }
        else
        {
            if (!TryReadOperand(ref cursor, out var left) || ReadOperator(ref cursor) is not { } op || !TryReadOperand(ref cursor, out var right)) return false;
            marker = new MarkerComparison(left, op, right);
        }
        cursor.SkipBlanks();
        return true;
    }

    private static bool TryReadOperand(ref TextCursor cursor, out MarkerOperand operand)
    {
        operand = default;
        cursor.SkipBlanks();
        if (cursor.Next is '"' or '\'')
        {
            var quote = cursor.Next;
            cursor.Take(quote);
            operand = new MarkerOperand(cursor.TakeUntilAny([quote]).ToString(), false);
            return cursor.Take(quote);
        }
        foreach (var (spelling, name) in Variables)
        {
            if (!cursor.TakeWord(spelling)) continue;
            operand = new MarkerOperand(name, true);
            return true;
        }
        return false;
    }

    private static string? ReadOperator(ref TextCursor cursor)
    {
        cursor.SkipBlanks();
        if (cursor.TakeWord("in")) return "in";
        if (cursor.TakeWord("not")) return cursor.SkipBlanks() && cursor.TakeWord("in") ? "not in" : null;
        foreach (var op in Operators)
        {
            if (cursor.Take(op)) return op;
        }
        return null;
    }
}
