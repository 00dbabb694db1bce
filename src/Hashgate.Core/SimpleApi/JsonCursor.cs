using System.Text.Json;

namespace Hashgate.Core.SimpleApi;

/// <summary>
/// A forward reader over an upstream's JSON that knows the limits and where it is, so that a refusal names the key. It
/// reports what is wrong as <see cref="JsonException"/>, as the reader below it does; the page readers turn both into a
/// <see cref="PageError"/> at one place (<see cref="PageErrors"/>).
/// </summary>
internal ref struct JsonCursor
{
    private static readonly JsonElement True = JsonElement.Parse("true"), False = JsonElement.Parse("false"), Null = JsonElement.Parse("null");

    private readonly ReadOnlySpan<byte> _document;
    private readonly PageLimits _limits;
    private Utf8JsonReader _reader;

    public JsonCursor(ReadOnlySpan<byte> utf8, PageLimits limits)
    {
        _document = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        _limits = limits;
        _reader = new Utf8JsonReader(_document, new JsonReaderOptions { MaxDepth = limits.MaxJsonDepth });
    }

    public readonly PageLimits Limits => _limits;

    /// <summary>The entry of <c>files</c> that is being read, for messages; negative outside.</summary>
    public int FileIndex { get; set; } = -1;

    /// <summary>The key of the entry's text that was over the limit and was read as empty; null where none was.</summary>
    public string? TooLong { get; set; }

    public readonly JsonTokenType Token => _reader.TokenType;

    public readonly bool IsNull => _reader.TokenType == JsonTokenType.Null;

    /// <summary>Moves to the document's one value, which must be an object.</summary>
    public void Start()
    {
        Read();
        if (Token != JsonTokenType.StartObject) throw Wrong("the page", "an object");
    }

    /// <summary>After the document's value nothing but white space may follow.</summary>
    public void End()
    {
        if (_reader.Read()) throw new JsonException("Something follows the page's object.");
    }

    /// <summary>Moves on one token.</summary>
    public void Read()
    {
        if (!_reader.Read()) throw new JsonException("The JSON ends early.");
    }

    /// <summary>Inside an object: moves to the next key, or to the object's end.</summary>
    public bool NextKey()
    {
        Read();
        return Token == JsonTokenType.PropertyName;
    }

    public readonly bool IsEscaped => _reader.ValueIsEscaped;

    /// <summary>The bytes of the key or string under the cursor; empty where they are escaped.</summary>
    public readonly ReadOnlySpan<byte> Plain => _reader.ValueIsEscaped ? default : _reader.ValueSpan;

    public readonly bool KeyIs(ReadOnlySpan<byte> name) => _reader.ValueTextEquals(name);

    /// <summary>The key or string under the cursor equals this text.</summary>
    public readonly bool TextIs(string text) => _reader.ValueTextEquals(text);

    /// <summary>The key under the cursor.</summary>
    public readonly string Key() => Unescape("a key");

    /// <summary>The string under the cursor. Over the limit it refuses the page; in an entry of <c>files</c> see <see cref="TooLong"/>.</summary>
    public string Text(string key)
    {
        if (Token != JsonTokenType.String) throw Wrong(key, "a string");
        if (FileIndex < 0 || _reader.ValueSpan.Length <= _limits.MaxFieldLength) return Unescape(key);
        TooLong = key;
        return "";
    }

    public string? OptionalText(string key) => IsNull ? null : Text(key);

    /// <summary>The string under the cursor, which tells a person why: of any length, and cut.</summary>
    public readonly string Reason(string key)
    {
        if (Token != JsonTokenType.String) throw Wrong(key, "a string");
        return PageText.Cut(Unescape(key, int.MaxValue), _limits.MaxReasonLength);
    }

    public readonly bool Boolean(string key) => Token switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Wrong(key, "a boolean"),
    };

    /// <summary>The whole number under the cursor, zero or more.</summary>
    public readonly long Natural(string key) =>
        Token == JsonTokenType.Number && _reader.TryGetInt64(out var number) && number >= 0 ? number : throw Wrong(key, "a whole number");

    public readonly void Expect(JsonTokenType token, string key, string expected)
    {
        if (Token != token) throw Wrong(key, expected);
    }

    /// <summary>
    /// Takes the value under the cursor as it is, in memory of its own: an element cut from the whole page's document would
    /// keep all of it alive.
    /// </summary>
    public JsonElement Unknown()
    {
        switch (Token)
        {
            case JsonTokenType.True: return True;
            case JsonTokenType.False: return False;
            case JsonTokenType.Null: return Null;
            default:
                var start = (int)_reader.TokenStartIndex;
                SkipValid();
                return JsonElement.Parse(
                    _document[start..(int)_reader.BytesConsumed], new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = _limits.MaxJsonDepth });
        }
    }

    /// <summary>Passes over the value under the cursor.</summary>
    public void Skip() => _reader.Skip();

    /// <summary>The key is there for the second time; of two values no one can say which was meant.</summary>
    public readonly JsonException Twice(string key) => new($"{At(IsQuotable(key) ? key : "a key")} is there twice.");

    public readonly JsonException Wrong(string key, string expected) => new($"{At(key)} must be {expected}.");

    // Keys that no one ever defined are an upstream's free text, and messages go to logs and operators.
    private static bool IsQuotable(string key) => key.Length <= 64 && !key.AsSpan().ContainsAnyExceptInRange('!', '~');

    private readonly string At(string key) => FileIndex < 0 ? key : $"files[{FileIndex}].{key}";

    /// <summary>Passes over a value and unescapes each of its strings once, since one that can't be could not be written again.</summary>
    private void SkipValid()
    {
        var depth = _reader.CurrentDepth;
        while (true)
        {
            if (_reader.ValueIsEscaped) Unescape("an unknown key's value", int.MaxValue);
            if (Token is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName) && _reader.CurrentDepth == depth) return;
            Read();
        }
    }

    private readonly string Unescape(string key) => Unescape(key, _limits.MaxFieldLength);

    private readonly string Unescape(string key, int maxLength)
    {
        if (_reader.ValueSpan.Length > maxLength) throw new PageLimitException($"{At(key)} is longer than {maxLength} bytes.");
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // The reader's word for bytes that are no UTF-8 and for half a surrogate pair.
            throw new JsonException($"{At(key)} is not valid Unicode.");
        }
    }
}
