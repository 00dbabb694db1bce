using System.Text.Encodings.Web;

namespace Hashgate.Proxy.Hosting;

/// <summary>
/// How the texts of JSON answers are escaped: as the framework's default does, so that nothing but plain ASCII reaches a terminal or a
/// sniffer (no controls, no direction characters, no <c>&lt;&gt;&amp;</c>), save that <c>+</c> and <c>'</c> stay as they are, for versions and
/// sentences are full of them.
/// </summary>
internal sealed class ReadableJson : JavaScriptEncoder
{
    public static readonly ReadableJson Encoder = new();

    private ReadableJson() { }

    public override int MaxOutputCharactersPerInputCharacter => Default.MaxOutputCharactersPerInputCharacter;

    public override bool WillEncode(int unicodeScalar) => !IsPlain(unicodeScalar) && Default.WillEncode(unicodeScalar);

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var start = 0; start < textLength; start++)
        {
            var found = Default.FindFirstCharacterToEncode(text + start, textLength - start);
            if (found < 0) return -1;
            start += found;
            if (!IsPlain(text[start])) return start;
        }
        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        if (!IsPlain(unicodeScalar)) return Default.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
        numberOfCharactersWritten = bufferLength > 0 ? 1 : 0;
        if (bufferLength > 0) *buffer = (char)unicodeScalar;
        return bufferLength > 0;
    }

    private static bool IsPlain(int unicodeScalar) => unicodeScalar is '+' or '\'';
}
