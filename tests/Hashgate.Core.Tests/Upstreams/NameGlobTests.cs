using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Tests.Upstreams;

public sealed class NameGlobTests
{
    [Theory]
    [InlineData("acme-*", "acme-web", true)]
    [InlineData("acme-*", "acme-", true)]
    [InlineData("acme-*", "acme", false)]
    [InlineData("acme-*", "xacme-web", false)]
    [InlineData("acme", "acme", true)]
    [InlineData("acme", "acme-web", false)]
    [InlineData("*", "anything", true)]
    [InlineData("*-internal", "web-internal", true)]
    [InlineData("*-internal", "web-internal-2", false)]
    [InlineData("a*b*c", "aXbXbXc", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("**a**", "bab", true)]
    public void Pattern_fits_whole_names(string pattern, string name, bool fits) => Assert.Equal(fits, Glob(pattern).Matches(name));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Acme")]
    [InlineData("acme_web")]
    [InlineData("acme.web")]
    [InlineData("acme?")]
    [InlineData("[a]")]
    [InlineData("acme ")]
    [InlineData("\u00e4")]
    public void Text_that_fits_no_normalized_name_is_no_pattern(string? text) => Assert.False(NameGlob.TryParse(text, out _));

    [Fact]
    public void Pattern_has_a_longest_length()
    {
        Assert.True(NameGlob.TryParse(new string('a', 256), out _));
        Assert.False(NameGlob.TryParse(new string('a', 257), out _));
    }

    [Theory]
    [InlineData("acme-*", "*-web", true)]
    [InlineData("acme-*", "acme", false)]
    [InlineData("acme-*", "acm*", true)]
    [InlineData("a*", "b*", false)]
    [InlineData("*a", "*b", false)]
    [InlineData("*", "z", true)]
    [InlineData("a*a", "a", false)]
    [InlineData("a*a", "aa", true)]
    public void Overlap_is_a_name_that_fits_both(string one, string other, bool overlap) => Assert.Equal(overlap, Glob(one).Overlaps(Glob(other)));

    /// <summary>Against every word over two letters that is long enough to show an overlap of such short patterns.</summary>
    [Fact]
    public void Overlap_agrees_with_trying_every_name()
    {
        var globs = Words("ab*", 4).Where(w => w.Length > 0).Select(Glob).ToArray();
        var names = Words("ab", 8).ToArray();
        var fitting = globs.Select(g => names.Select(n => g.Matches(n)).ToArray()).ToArray();
        for (var i = 0; i < globs.Length; i++)
        {
            for (var j = i; j < globs.Length; j++)
            {
                var expected = fitting[i].AsSpan().ContainsBoth(fitting[j]);
                Assert.True(expected == globs[i].Overlaps(globs[j]), $"{globs[i]} and {globs[j]}");
                Assert.True(expected == globs[j].Overlaps(globs[i]), $"{globs[j]} and {globs[i]}");
            }
        }
    }

    /// <summary>Every word of these letters up to a length, the empty one first.</summary>
    private static IEnumerable<string> Words(string letters, int longest)
    {
        IEnumerable<string> words = [""];
        for (var length = 0; length <= longest; length++)
        {
            foreach (var word in words) yield return word;
            words = [.. words.SelectMany(word => letters.Select(letter => word + letter))];
        }
    }

    private static NameGlob Glob(string pattern) => NameGlob.TryParse(pattern, out var glob) ? glob : throw new ArgumentException(pattern);
}

file static class Fits
{
    public static bool ContainsBoth(this Span<bool> one, bool[] other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            if (one[i] && other[i]) return true;
        }
        return false;
    }
}
