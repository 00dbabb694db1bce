using System.Globalization;
using System.Text;

namespace Hashgate.Core.Locks;

/// <summary>
/// Reads TOML 1.0 as lock files use it. Tables are dictionaries, arrays lists, everything else is text: of numbers, dates and booleans
/// no lock file needs more than what is written.
/// </summary>
internal sealed class TomlReader
{
    private const int MaxDepth = 32;

    private readonly string _text;
    private int _at;

    private TomlReader(string text) => _text = text;

    /// <exception cref="FormatException">The text is not TOML; the message names the line.</exception>
    public static Dictionary<string, object> Read(string text)
    {
        var reader = new TomlReader(text.StartsWith('\ufeff') ? text[1..] : text);
        var root = NewTable();
        var table = root;
        while (reader.SkipToStatement())
        {
            if (reader.Take("[[")) table = reader.AppendTable(root);
            else if (reader.Take("[")) table = reader.OpenTable(root);
            else reader.ReadPair(table, 0);
            reader.EndLine();
        }
        return root;
    }

    private static Dictionary<string, object> NewTable() => new(StringComparer.Ordinal);

    private Dictionary<string, object> OpenTable(Dictionary<string, object> root)
    {
        var path = ReadKey();
        Expect("]");
        return path.Aggregate(root, Descend);
    }

    private Dictionary<string, object> AppendTable(Dictionary<string, object> root)
    {
        var path = ReadKey();
        Expect("]]");
        var parent = path.SkipLast(1).Aggregate(root, Descend);
        if (!parent.TryGetValue(path[^1], out var known)) parent[path[^1]] = known = new List<object>();
        if (known is not List<object> list) throw Wrong($"'{path[^1]}' is no array of tables");
        var table = NewTable();
        list.Add(table);
        return table;
    }

    /// <summary>The table below a key, made where it is missing; of an array of tables the last.</summary>
    private Dictionary<string, object> Descend(Dictionary<string, object> table, string key)
    {
        if (!table.TryGetValue(key, out var known)) table[key] = known = NewTable();
        return known switch
        {
            Dictionary<string, object> inner => inner,
            List<object> and [.., Dictionary<string, object> last] => last,
            _ => throw Wrong($"'{key}' is no table"),
        };
    }

    private void ReadPair(Dictionary<string, object> table, int depth)
    {
        var path = ReadKey();
        Expect("=");
        var target = path.SkipLast(1).Aggregate(table, Descend);
        if (!target.TryAdd(path[^1], ReadValue(depth))) throw Wrong($"'{path[^1]}' is set twice");
    }

    private List<string> ReadKey()
    {
        var path = new List<string>();
        do
        {
            SkipBlanks();
            path.Add(Next switch
            {
                '"' => ReadBasic(),
                '\'' => ReadLiteral(),
                _ => ReadBare(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'),
            });
            SkipBlanks();
            if (path.Count > MaxDepth) throw Wrong("the key has too many parts");
        }
        while (Take("."));
        return path;
    }

    private object ReadValue(int depth)
    {
        if (depth > MaxDepth) throw Wrong("values are nested too deep");
        SkipBlanks();
        return Next switch
        {
            '"' => ReadBasic(),
            '\'' => ReadLiteral(),
            '[' => ReadArray(depth),
            '{' => ReadInlineTable(depth),
            _ => ReadBare(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '+' or '.' or ':'),
        };
    }

    private List<object> ReadArray(int depth)
    {
        Expect("[");
        var items = new List<object>();
        while (true)
        {
            SkipLines();
            if (Take("]")) return items;
            items.Add(ReadValue(depth + 1));
            SkipLines();
            if (Take("]")) return items;
            Expect(",");
        }
    }

    /// <summary>Over several lines and with a comma at its end too, as TOML 1.1 has it.</summary>
    private Dictionary<string, object> ReadInlineTable(int depth)
    {
        Expect("{");
        var table = NewTable();
        while (true)
        {
            SkipLines();
            if (Take("}")) return table;
            ReadPair(table, depth + 1);
            SkipLines();
            if (Take("}")) return table;
            Expect(",");
        }
    }

    private string ReadBare(Func<char, bool> isPart)
    {
        var start = _at;
        while (_at < _text.Length && isPart(_text[_at])) _at++;
        return _at > start ? _text[start.._at] : throw Wrong("a key or value is missing");
    }

    private string ReadLiteral()
    {
        if (Take("'''")) return TrimFirstLine(TakeThrough("'''"));
        _at++;
        var text = TakeThrough("'");
        return text.Contains('\n', StringComparison.Ordinal) ? throw Wrong("a text has no end") : text;
    }

    private string TakeThrough(string end)
    {
        var stop = _text.IndexOf(end, _at, StringComparison.Ordinal);
        if (stop < 0) throw Wrong("a text has no end");
        var text = _text[_at..stop];
        _at = stop + end.Length;
        return text;
    }

    private string ReadBasic()
    {
        var isLong = Take("\"\"\"");
        if (!isLong) _at++;
        var text = new StringBuilder();
        while (_at < _text.Length)
        {
            if (isLong ? Take("\"\"\"") : Take("\"")) return isLong ? TrimFirstLine(text.ToString()) : text.ToString();
            var c = _text[_at++];
            if (c == '\n' && !isLong) break;
            if (c == '\\') ReadEscape(text, isLong);
            else text.Append(c);
        }
        throw Wrong("a text has no end");
    }

    private void ReadEscape(StringBuilder text, bool isLong)
    {
        var c = Next;
        _at++;
        switch (c)
        {
            case 'b': text.Append('\b'); break;
            case 't': text.Append('\t'); break;
            case 'n': text.Append('\n'); break;
            case 'f': text.Append('\f'); break;
            case 'r': text.Append('\r'); break;
            case '"' or '\\': text.Append(c); break;
            case 'u': text.Append(ReadCodePoint(4)); break;
            case 'U': text.Append(ReadCodePoint(8)); break;
            case ' ' or '\t' or '\r' or '\n' when isLong:
                while (Next is ' ' or '\t' or '\r' or '\n') _at++;
                break;
            default: throw Wrong("a text has an escape that TOML doesn't know");
        }
    }

    private string ReadCodePoint(int digits)
    {
        if (_at + digits > _text.Length || !int.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
            throw Wrong("a text has an escape that is no character");
        _at += digits;
        return new Rune(code).ToString();
    }

    private static string TrimFirstLine(string text) => text.StartsWith("\r\n", StringComparison.Ordinal) ? text[2..] : text.StartsWith('\n') ? text[1..] : text;

    private char Next => _at < _text.Length ? _text[_at] : '\0';

    private bool Take(string literal)
    {
        if (string.CompareOrdinal(_text, _at, literal, 0, literal.Length) != 0) return false;
        _at += literal.Length;
        return true;
    }

    private void Expect(string literal)
    {
        SkipBlanks();
        if (!Take(literal)) throw Wrong($"'{literal}' is missing");
    }

    private void SkipBlanks()
    {
        while (Next is ' ' or '\t') _at++;
    }

    /// <summary>White space, line ends and comments.</summary>
    private void SkipLines()
    {
        while (Next is ' ' or '\t' or '\r' or '\n' or '#')
        {
            if (Next == '#') SkipComment();
            else _at++;
        }
    }

    private bool SkipToStatement()
    {
        SkipLines();
        return _at < _text.Length;
    }

    private void SkipComment()
    {
        while (_at < _text.Length && _text[_at] != '\n') _at++;
    }

    private void EndLine()
    {
        SkipBlanks();
        if (Next == '#') SkipComment();
        if (_at < _text.Length && Next is not ('\r' or '\n')) throw Wrong("more stands on the line than belongs there");
    }

    private FormatException Wrong(string what) => new($"line {_text.AsSpan(0, Math.Min(_at, _text.Length)).Count('\n') + 1}: {what}");
}
