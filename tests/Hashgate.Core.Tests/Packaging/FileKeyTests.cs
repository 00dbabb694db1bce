using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class FileKeyTests
{
    private static readonly ProjectName Project = ProjectName.Parse("foo-bar");

    [Theory]
    [InlineData("foo_bar-1.0-py3-none-any.whl", "Foo.Bar-v1.0.0-PY3-none-any.whl")]
    [InlineData("foo_bar-1.0-py2.py3-none-any.whl", "foo_bar-1-py3.py2.py3-none-any.whl")]
    [InlineData("foo_bar-1.0-1-py3-none-any.whl", "foo_bar-1.0-01-py3-none-any.whl")]
    [InlineData("foo_bar-1.0c1-py3-none-any.whl", "foo_bar-1.0rc1-py3-none-any.whl")]
    [InlineData("foo-bar-1.0.tar.gz", "FOO_._BAR-1.tar.gz")]
    [InlineData("foo-bar-1.0-1.tar.gz", "foo_bar-1.0.post1.tar.gz")]
    [InlineData("\u212aoo-1.zip", "koo-1.0.zip")]
    public void Aliases_share_one_key(string a, string b) => Assert.Equal(FileKey.Of(Project, a), FileKey.Of(Project, b));

    [Theory]
    [InlineData("foo_bar-1.0.tar.gz", "foo_bar-1.0.zip")]
    [InlineData("foo_bar-1.0.tar.gz", "foo_bar-1.0.post0.tar.gz")]
    [InlineData("foo_bar-1.0.tar.gz", "foo_bar-1.0+local.tar.gz")]
    [InlineData("foo_bar-1.0.tar.gz", "foobar-1.0.tar.gz")]
    [InlineData("foo_bar-1.0-py3-none-any.whl", "foo_bar-1.0-1-py3-none-any.whl")]
    [InlineData("foo_bar-1.0-1-py3-none-any.whl", "foo_bar-1.0-1a-py3-none-any.whl")]
    [InlineData("foo_bar-1.0-py3-none-any.whl", "foo_bar-1.0-py2-none-any.whl")]
    [InlineData("foo_bar-1.0-py2.7.egg", "Foo_bar-1.0-py2.7.egg")]
    public void Different_files_have_different_keys(string a, string b) => Assert.NotEqual(FileKey.Of(Project, a), FileKey.Of(Project, b));

    [Theory]
    [InlineData("foo_bar-1.0.0-py3-none-any.whl")]
    [InlineData("foo_bar-1.0.tar.gz")]
    public void No_filename_can_be_spelled_into_anothers_key(string filename)
    {
        var key = FileKey.Of(Project, filename);

        // A filename that no grammar reads keeps its every character behind a mark of its own.
        Assert.NotEqual(key, FileKey.Of(Project, key.Value));
        Assert.NotEqual(key, FileKey.Of(Project, key.Value[1..] + " "));
        Assert.Equal("=" + key.Value + ".egg", FileKey.Of(Project, key.Value + ".egg").Value);
    }
}
