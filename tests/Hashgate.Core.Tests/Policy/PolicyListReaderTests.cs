using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy.Lists;

namespace Hashgate.Core.Tests.Policy;

public sealed class PolicyListReaderTests
{
    private static readonly string A = new('a', 64), B = new('b', 64);

    [Fact]
    public void Read_keeps_versions_globs_hashes_and_reasons()
    {
        var reading = PolicyListReader.Read($"""
            # ours

            Requests >=2.31, <3  # why
            Acme_*
            acme-web.*==1.*  # a pattern with versions
            numpy==2.1.0 \
                --hash=sha256:{A} \
                --hash sha256:{B}  # pinned
            """);

        Assert.Empty(reading.Problems);
        Assert.Equal(["requests>=2.31,<3", "acme-*", "acme-web-*==1.*", "numpy==2.1.0"], reading.Entries.Select(e => e.ToString()));
        Assert.Equal(["why", null, "a pattern with versions", "pinned"], reading.Entries.Select(e => e.Reason));
        Assert.Equal(new HashSet<Sha256Digest> { Sha256Digest.Parse(A), Sha256Digest.Parse(B) }, reading.Entries[3].Hashes);
        Assert.Equal([false, true, false, false], reading.Entries.Select(e => e.IsWhole));
    }

    [Theory]
    [InlineData("requests[socks]", 1, 9, "extras")]
    [InlineData("\n  requests>=1 ; python_version>'3'", 2, 15, "markers")]
    [InlineData("requests @ https://example.org/x.whl", 1, 10, "URL")]
    [InlineData("\n\n-r other.txt", 3, 1, "option")]
    [InlineData("-e .", 1, 1, "option")]
    [InlineData("--hash=sha256:00", 1, 1, "sha256")]
    [InlineData("good\nrequests>=1 \\\n  --pre", 3, 3, "--hash")]
    [InlineData("requests>=1 \\\n  --hash=sha256:12", 1, 12, "'sha256:12' is not a sha256 digest")]
    [InlineData("requests >> 1", 1, 10, "version specifiers")]
    [InlineData("acme-* >> 1", 1, 8, "version specifiers")]
    [InlineData("acme-*[x]", 1, 7, "version specifiers")]
    [InlineData("./wheel.whl", 1, 1, "begins with no project's name")]
    [InlineData("=1", 1, 1, "begins with no project's name")]
    [InlineData("-*", 1, 1, "option")]
    [InlineData("r\u00e9quests", 1, 2, "version specifiers")]
    public void Read_what_has_no_place_in_a_list_names_line_and_column(string text, int line, int column, string says)
    {
        var reading = PolicyListReader.Read(text);

        var problem = Assert.Single(reading.Problems);
        Assert.Empty(reading.Entries);
        Assert.Equal((line, column), (problem.Line, problem.Column));
        Assert.Matches(says, problem.Text);
    }

    [Fact]
    public void Read_tells_every_problem_and_no_entry()
    {
        var reading = PolicyListReader.Read("good\nbad[x]\n-r more\nalso-good\n???\n");

        Assert.Equal([2, 3, 5], reading.Problems.Select(p => p.Line));
        Assert.Empty(reading.Entries);
    }

    [Fact]
    public void Read_a_line_of_a_megabyte_is_a_short_problem_and_a_long_comment_is_cut()
    {
        var problem = Assert.Single(PolicyListReader.Read(new string('x', 1 << 20)).Problems);
        Assert.InRange(problem.Text.Length, 1, 200);

        var entry = Assert.Single(PolicyListReader.Read("demo # " + new string('x', 1 << 20)).Entries);
        Assert.Equal(PolicyListReader.MaxReason, entry.Reason!.Length);
    }

    [Fact]
    public void Read_quotes_nothing_that_a_terminal_would_obey()
    {
        var problem = Assert.Single(PolicyListReader.Read("demo \u001b[31m\u202e>> 1").Problems);
        Assert.DoesNotContain(problem.Text, c => c is < ' ' or > '~');
    }

    [Fact]
    public void Read_bytes_that_are_no_list_says_so()
    {
        Assert.Equal("line 1, column 1: the list is empty: write a comment if nothing is to be on it", Problem([]));
        Assert.Equal("line 2, column 3: the list is not UTF-8 text", Problem([.. "demo\nab"u8, 0xff]));
        Assert.Equal($"line 1, column 1: the list has more than {PolicyListReader.MaxBytes} bytes", Problem(new byte[PolicyListReader.MaxBytes + 1]));
        Assert.Contains("more than 50000 lines", Problem(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a\n", 50_001)))), StringComparison.Ordinal);
        Assert.Single(PolicyListReader.Read([0xef, 0xbb, 0xbf, .. "demo"u8]).Entries);
        Assert.Empty(PolicyListReader.Read("# nothing yet"u8).Problems);
    }

    [Theory]
    [InlineData("demo\nnumpy")]
    [InlineData("demo # why")]
    [InlineData("demo \\\n>=1")]
    [InlineData("")]
    [InlineData("# demo")]
    public void Read_entry_takes_one_line_without_a_comment(string text) => Assert.NotNull(PolicyListReader.ReadEntry(text).Problem);

    private static string Problem(byte[] bytes) => Assert.Single(PolicyListReader.Read(bytes).Problems).ToString();
}
