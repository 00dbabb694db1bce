using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Tests.Endpoints;

/// <summary>What stands in a file that operators open with a spreadsheet.</summary>
public sealed class CsvTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("", "\"\"")]
    [InlineData("a,b;c\t\"d\"", "\"a,b;c \"\"d\"\"\"")]
    [InlineData("two\r\nlines", "\"two  lines\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\"")]
    [InlineData("-2", "\"'-2\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("  =1", "\"'  =1\"")]
    [InlineData("\t=1", "\"' =1\"")]
    [InlineData("\r\n=1", "\"'  =1\"")]
    [InlineData("\uff1d1", "\"'\uff1d1\"")]
    [InlineData("\u202etxt\u0007", "\"[U+202E]txt[U+0007]\"")]
    [InlineData("\u200b=1", "\"[U+200B]=1\"")]
    public void Text_stays_text_in_its_cell(string text, string cell) => Assert.Equal(cell + "\r\n", Csv.Line(text));

    [Fact]
    public void Values_have_their_invariant_form() => Assert.Equal(
        "1,-5000000000,true,2026-01-31,2026-01-31T11:00:00Z,\r\n",
        Csv.Line(1, -5_000_000_000L, true, new DateOnly(2026, 1, 31), new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.FromHours(1)), null));
}
