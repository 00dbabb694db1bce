using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class RequirementsFileTests
{
    private static readonly string A = new('a', 64), B = new('b', 64);

    [Fact]
    public void Read_a_lock_file_keeps_requirements_hashes_and_options()
    {
        var lines = RequirementsFile.Read($"""
            # made by a tool
            --index-url https://example.org/simple

            requests==2.31.0 ; python_version >= "3.7" \
                --hash=sha256:{A} \
                --hash sha256:{B}
                # via something
            foo @ https://example.org/foo.zip#egg=foo  # a fragment is no comment
            -r other.txt
            bar # nothing more
            """);

        Assert.Equal([2, 4, 8, 9, 10], lines.Select(line => line.Number));
        Assert.All(lines, line => Assert.Null(line.Problem));
        Assert.Equal(["", "requests==2.31.0; python_version >= \"3.7\"", "foo @ https://example.org/foo.zip#egg=foo", "", "bar"], lines.Select(line => $"{line.Requirement}"));
        Assert.Equal([Sha256Digest.Parse(A), Sha256Digest.Parse(B)], lines[1].Hashes);
        Assert.Equal(["--index-url", "https://example.org/simple"], lines[0].Options);
        Assert.Equal(["-r", "other.txt"], lines[3].Options);
    }

    [Theory]
    [InlineData("foo >> 1", "'foo >> 1' is not a requirement")]
    [InlineData("./foo.whl", "'./foo.whl' is not a requirement")]
    [InlineData("foo==1 --hash=md5:00", "'md5:00' is not a sha256 digest")]
    [InlineData("foo==1 --hash", "'' is not a sha256 digest")]
    public void Read_a_line_that_cannot_be_read_names_its_problem(string text, string problem) =>
        Assert.Equal(problem, Assert.Single(RequirementsFile.Read(text)).Problem);

    [Theory]
    [InlineData("")]
    [InlineData("\n\r\n  \n")]
    [InlineData("# foo")]
    [InlineData("  # foo \\\n")]
    public void Read_what_says_nothing_is_empty(string text) => Assert.Empty(RequirementsFile.Read(text));

    [Fact]
    public void Read_a_comment_ends_a_continued_line()
    {
        var lines = RequirementsFile.Read("foo \\\n# why \\\nbar");

        Assert.Equal([(1, "foo"), (3, "bar")], lines.Select(line => (line.Number, line.Text)));
    }

    [Fact]
    public void Read_a_file_beyond_the_limit_says_so_at_its_end()
    {
        var lines = RequirementsFile.Read(string.Concat(Enumerable.Repeat("a\n", RequirementsFile.MaxLines + 10)));

        Assert.Equal(RequirementsFile.MaxLines + 1, lines.Count);
        Assert.NotNull(lines[^1].Problem);
    }
}
