using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Tests.SimpleApi;

public sealed class FileUrlTests
{
    private static readonly string[] Pieces = ["a", "B9", ".", "..", "/", "//", "-", "_", "~", "+", "!", "%2B", "%2b", "%41", "%", "?", "#", "@", ":", "\\", " ", "\u00e9", "\t", "&", "=", ";", "packages", ".whl", "..."];

    [Theory]
    [InlineData("https://files.example/packages/a-1.zip")]
    [InlineData("http://files.example:8081/a-1.zip")]
    [InlineData("https://[::1]:8443/a-1.zip")]
    public void Link_beside_another_reads_as_the_whole_of_it_does(string known)
    {
        FileUrl beside = new Uri(known);
        var origin = known[..(known.IndexOf('/', 8) + 1)];
        var random = new Random(5);
        var taken = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var link = origin + string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            if (!beside.TryBeside(link, out var url)) continue;
            taken++;
            var whole = new Uri(link);
            Assert.Equal((whole.AbsoluteUri, whole.AbsolutePath, ""), (url.Value.AbsoluteUri, url.Value.Path.ToString(), whole.Fragment));
        }
        Assert.InRange(taken, 500, 49_000);
    }

    [Theory]
    [InlineData("https://files.example.evil/a-1.zip")]
    [InlineData("https://files.example:444/a-1.zip")]
    [InlineData("https://user@files.example/a-1.zip")]
    [InlineData("http://files.example/a-1.zip")]
    [InlineData("HTTPS://files.example/a-1.zip")]
    [InlineData("/a-1.zip")]
    [InlineData("https://files.example")]
    public void Link_of_another_origin_is_not_beside(string link) => Assert.False(((FileUrl)new Uri("https://files.example/packages/a-1.zip")).TryBeside(link, out _));

    [Theory]
    [InlineData("https://files.example/a/b.zip?c=/d", "/a/b.zip")]
    [InlineData("https://files.example?c", "/")]
    [InlineData("https://files.example", "/")]
    public void Path_is_what_stands_between_host_and_query(string url, string path) => Assert.Equal(path, FileUrl.FromUri(new Uri(url)).Path.ToString());
}
