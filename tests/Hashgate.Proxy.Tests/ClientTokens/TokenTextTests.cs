using System.Text;
using Hashgate.Proxy.ClientTokens;

namespace Hashgate.Proxy.Tests.ClientTokens;

public sealed class TokenTextTests
{
    [Fact]
    public void Token_needs_no_escape_and_none_is_like_another()
    {
        var tokens = Enumerable.Range(0, 200).Select(_ => TokenText.Create()).ToArray();
        Assert.Equal(tokens.Length, tokens.Select(t => t[3..33]).Distinct().Count());
        Assert.All(tokens, token =>
        {
            Assert.Equal((TokenText.Length, "hg_"), (token.Length, token[..3]));
            Assert.All(token[3..], c => Assert.True(char.IsAsciiLetterOrDigit(c), token));
            Assert.True(IsWhole(token), token);
        });
    }

    [Fact]
    public void Token_with_a_character_changed_lost_swapped_or_added_is_none()
    {
        var token = TokenText.Create();
        for (var i = 0; i < token.Length; i++)
        {
            var other = token[i] == 'a' ? 'b' : 'a';
            Assert.False(IsWhole(token[..i] + other + token[(i + 1)..]), $"{token} with {other} at {i}");
            Assert.False(IsWhole(token.Remove(i, 1)), $"{token} without {i}");
            Assert.False(IsWhole(token.Insert(i, "a")), $"{token} with one more at {i}");
            if (i > 0 && token[i] != token[i - 1]) Assert.False(IsWhole(token[..(i - 1)] + token[i] + token[i - 1] + token[(i + 1)..]), $"{token} turned at {i}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("hg_")]
    [InlineData("hg_000000000000000000000000000000000000")]
    [InlineData("pypi-AgEIcHlwaS5vcmc")]
    public void Other_text_is_no_token(string text) => Assert.False(IsWhole(text));

    private static bool IsWhole(string text) => TokenText.IsWhole(Encoding.UTF8.GetBytes(text));
}
