using System.Security.Cryptography;

namespace Hashgate.Proxy.ClientTokens;

/// <summary>
/// What a token looks like: <c>hg_</c>, 30 random letters and digits (178 bits), and 6 that check the others, so that a mistyped token or half of one is told from one
/// that was revoked. Nothing in it needs an escape in a URL.
/// </summary>
internal static class TokenText
{
    public const string Prefix = "hg_";

    /// <summary>Characters of a whole token.</summary>
    public const int Length = 3 + RandomLength + CheckLength;

    private const int RandomLength = 30;
    private const int CheckLength = 6;

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>A new one.</summary>
    public static string Create()
    {
        var secret = Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        Span<byte> check = stackalloc byte[CheckLength];
        WriteCheck(System.Text.Encoding.ASCII.GetBytes(secret), check);
        return secret + System.Text.Encoding.ASCII.GetString(check);
    }

    /// <summary>Whether a text is a token of ours as far as it can tell by itself.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> text)
    {
        if (text.Length != Length || !text.StartsWith("hg_"u8)) return false;
        Span<byte> check = stackalloc byte[CheckLength];
        WriteCheck(text[..^CheckLength], check);
        return CryptographicOperations.FixedTimeEquals(check, text[^CheckLength..]);
    }

    private static void WriteCheck(ReadOnlySpan<byte> secret, Span<byte> check)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, hash);
        var rest = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash);
        for (var i = CheckLength - 1; i >= 0; i--) (rest, check[i]) = (rest / (uint)Alphabet.Length, (byte)Alphabet[(int)(rest % (uint)Alphabet.Length)]);
    }
}
