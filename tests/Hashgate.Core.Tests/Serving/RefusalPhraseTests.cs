using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;

namespace Hashgate.Core.Tests.Serving;

public sealed class RefusalPhraseTests
{
    private const string Base = "http://127.0.0.1:8080";
    private static readonly ProjectName Demo = ProjectName.Parse("demo");

    [Fact]
    public void Phrase_names_rule_reason_and_address() =>
        Assert.Equal("Blocked by Hashgate: no-hash: the index names no sha256 for this file; see http://127.0.0.1:8080/why/demo/1.0", Of("the index names no sha256 for this file"));

    [Fact]
    public void Hold_says_until_when()
    {
        var until = new DateTimeOffset(2026, 2, 1, 1, 30, 0, TimeSpan.FromHours(2));
        var phrase = RefusalPhrase.Of(new Finding("minimum-age", Verdict.Hold, FindingScope.File, "too young", until), "", Demo, null);
        Assert.Equal("Blocked by Hashgate: minimum-age: too young (held until 2026-01-31 23:30 UTC); see /why/demo", phrase);
    }

    [Fact]
    public void Block_with_an_end_keeps_the_end_to_itself() =>
        Assert.DoesNotContain("until", RefusalPhrase.Of(new Finding("hash-mismatch", Verdict.Block, FindingScope.File, "bad", DateTimeOffset.UnixEpoch), Base, Demo, "1.0"), StringComparison.Ordinal);

    [Theory]
    [InlineData("1!2.0+local.1", "/why/demo/1%212.0%2Blocal.1")]
    [InlineData("1.0/../../api", "/why/demo/1.0%2F..%2F..%2Fapi")]
    [InlineData("1.0\r\nX: y", "/why/demo/1.0%0D%0AX%3A%20y")]
    public void Version_is_escaped_in_the_address(string version, string expected) => Assert.Equal(expected, RefusalPhrase.WhyUrl("", Demo, version));

    [Theory]
    [InlineData("a\r\nSet-Cookie: x=y", "a Set-Cookie: x=y")]
    [InlineData("a\0b\u001b[31mc\u007fd", "a?b?[31mc?d")]
    [InlineData("caf\u00e9 \ud83d\ude00!", "caf? ?!")]
    [InlineData("\u202egnp.exe\u202c", "?gnp.exe?")]
    [InlineData("a\u00a0\u2028\t  b", "a b")]
    [InlineData("  both ends \n", "both ends")]
    [InlineData("", "")]
    public void Hostile_text_becomes_one_line_of_printable_ascii(string text, string expected) => Assert.Equal(expected, RefusalPhrase.PrintableAscii(text));

    [Fact]
    public void Halves_of_characters_become_one_question_mark_at_most() =>
        Assert.Equal("a?b", RefusalPhrase.PrintableAscii("a\ud800\udfff\udfffb"));

    [Fact]
    public void Any_text_gives_a_phrase_of_printable_ascii_within_its_length()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var phrase = Of(new string([.. Enumerable.Range(0, random.Next(400)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 128 : 65536))]));
            Assert.All(phrase, c => Assert.InRange(c, ' ', '~'));
            Assert.True(phrase.Length <= RefusalPhrase.MaxLength);
            Assert.StartsWith("Blocked by Hashgate: no-hash:", phrase, StringComparison.Ordinal);
            Assert.EndsWith("; see http://127.0.0.1:8080/why/demo/1.0", phrase, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Long_reason_is_shortened_to_the_full_length()
    {
        var phrase = Of(new string('x', 1_000_000));
        Assert.Equal(RefusalPhrase.MaxLength, phrase.Length);
        Assert.Contains("xxx...; see ", phrase, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_is_never_shortened_however_long_it_is()
    {
        var publicUrl = "https://hashgate.example/" + new string('p', 300);
        var phrase = RefusalPhrase.Of(new Finding("no-hash", Verdict.Block, FindingScope.File, new string('x', 500)), publicUrl, Demo, "1.0");
        Assert.EndsWith($"; see {publicUrl}/why/demo/1.0", phrase, StringComparison.Ordinal);
        Assert.StartsWith("Blocked by Hashgate: no-hash: xxx", phrase, StringComparison.Ordinal);
    }

    private static string Of(string reason) => RefusalPhrase.Of(new Finding("no-hash", Verdict.Block, FindingScope.File, reason), Base, Demo, "1.0");
}
