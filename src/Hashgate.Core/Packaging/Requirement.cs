using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Core.Packaging;

/// <summary>
/// A dependency specifier (PEP 508; PyPA "dependency specifiers"): <c>name[extra] &gt;=1.0 ; marker</c> or
/// <c>name @ url ; marker</c>.
/// </summary>
public sealed class Requirement
{
    /// <summary>The longest text read, in characters: many times the longest URL or marker.</summary>
    public const int MaxLength = 64 * 1024;

    private Requirement(ProjectName project, IReadOnlyList<string> extras, VersionSpecifiers specifiers, string? url, Marker? marker)
    {
        Project = project;
        Extras = extras;
        Specifiers = specifiers;
        Url = url;
        Marker = marker;
    }

    public ProjectName Project { get; }

    /// <summary>The extras as written.</summary>
    public IReadOnlyList<string> Extras { get; }

    /// <summary><see cref="VersionSpecifiers.Any"/> where none is named.</summary>
    public VersionSpecifiers Specifiers { get; }

    /// <summary>The direct reference after <c>@</c>, as written.</summary>
    public string? Url { get; }

    public Marker? Marker { get; }

    /// <summary>Reads one specifier; comments and options of requirements files are <see cref="RequirementsFile"/>'s.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Requirement? requirement)
    {
        requirement = null;
        if (text.Length > MaxLength) return false;
        var cursor = new TextCursor(TextRules.Trim(text));
        if (!ProjectName.TryParse(cursor.TakeName().ToString(), out var project)) return false;
        cursor.SkipBlanks();
        if (!TryReadExtras(ref cursor, out var extras)) return false;
        cursor.SkipBlanks();

        var specifiers = VersionSpecifiers.Any;
        string? url = null;
        if (cursor.Take('@'))
        {
            // Only white space ends a URL, so a marker needs some before its semicolon.
            cursor.SkipBlanks();
            url = cursor.TakeUntilAny(" \t").ToString();
            if (url.Length == 0) return false;
        }
        else if (!TryReadSpecifiers(ref cursor, out specifiers))
        {
            return false;
        }

        cursor.SkipBlanks();
        Marker? marker = null;
        if (cursor.Take(';') && !MarkerReader.TryRead(ref cursor, out marker)) return false;
        if (!cursor.AtEnd) return false;
        requirement = new Requirement(project, extras, specifiers, url, marker);
        return true;
    }

    /// <summary>Reads one specifier.</summary>
    /// <exception cref="FormatException">The text is not a dependency specifier.</exception>
    public static Requirement Parse(string text) =>
        TryParse(text, out var requirement) ? requirement : throw new FormatException($"'{text}' is not a requirement.");

    private static bool TryReadExtras(ref TextCursor cursor, out IReadOnlyList<string> extras)
    {
        extras = [];
        if (!cursor.Take('[')) return true;
        var names = new List<string>();
        cursor.SkipBlanks();
        if (cursor.Take(']')) return true;
        do
        {
            cursor.SkipBlanks();
            var name = cursor.TakeName();
            if (name.IsEmpty) return false;
            names.Add(name.ToString());
            cursor.SkipBlanks();
        }
        while (cursor.Take(','));
        extras = names;
        return cursor.Take(']');
    }

    /// <summary>Specifiers, in parentheses or bare: no version holds a closing one or a semicolon.</summary>
    private static bool TryReadSpecifiers(ref TextCursor cursor, [NotNullWhen(true)] out VersionSpecifiers? specifiers)
    {
        var parenthesis = cursor.Take('(');
        var text = TextRules.Trim(cursor.TakeUntilAny(parenthesis ? ")" : ";"));
        if (parenthesis && !cursor.Take(')'))
        {
            specifiers = null;
            return false;
        }
        return VersionSpecifiers.TryParse(text, out specifiers) && HasNoInnerEmptyItem(text);
    }

    /// <summary>Stricter than the list by itself: of empty items only one at the very end passes.</summary>
    private static bool HasNoInnerEmptyItem(ReadOnlySpan<char> text)
    {
        var empty = false;
        foreach (var range in text.Split(','))
        {
            if (empty) return false;
            empty = TextRules.Trim(text[range]).IsEmpty;
        }
        return true;
    }

    public override string ToString()
    {
        var extras = Extras.Count == 0 ? "" : $"[{string.Join(',', Extras)}]";
        var marker = Marker is null ? "" : Url is null ? $"; {Marker}" : $" ; {Marker}";
        return $"{Project}{extras}{(Url is null ? Specifiers : $" @ {Url}")}{marker}";
    }
}
