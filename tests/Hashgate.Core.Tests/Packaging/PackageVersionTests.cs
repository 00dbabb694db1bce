using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class PackageVersionTests
{
    [Fact]
    public void The_standards_own_example_is_in_order()
    {
        // PEP 440, "summary of permitted suffixes and relative ordering", with neighbours.
        string[] ascending =
        [
            "0.dev0", "1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2", "1.0b2.post345.dev456",
            "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7", "1.0+5", "1.0.post456.dev34", "1.0.post456", "1.1.dev1",
            "1.99999999999999999999", "1.100000000000000000000", "1!0.1",
        ];

        Assert.Equal(ascending, ascending.Reverse().OrderBy(PackageVersion.Parse));
    }

    [Theory]
    [InlineData("1.0", "v1.0.0")]
    [InlineData("1.0-1", "1.0.post1")]
    [InlineData("1.0c3", "1.0-preview_3")]
    [InlineData("1.0+Ubuntu-01", "1+ubuntu.1")]
    [InlineData("1.0a", " 1.0alpha0\n")]
    [InlineData("00.0018446744073709551616", "0.18446744073709551616")]
    public void Spellings_of_one_version_are_equal_and_share_hash_and_canonical_text(string a, string b)
    {
        var (first, second) = (PackageVersion.Parse(a), PackageVersion.Parse(b));

        Assert.True(first == second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
        Assert.Equal(first.Canonical, second.Canonical);
    }

    [Fact]
    public void Canonical_text_reads_back_as_the_same_version()
    {
        foreach (var text in (string[])["1!2.0.0rc1.post2.dev3+Local.01", "0.0", "20240101123045.0", "1.0.0.post0"])
        {
            var version = PackageVersion.Parse(text);
            Assert.Equal(version, PackageVersion.Parse(version.Canonical));
            Assert.Equal(version.ToString(), PackageVersion.Parse(version.ToString()).ToString());
        }
    }

    [Fact]
    public void TryParse_longer_than_the_limit_is_refused()
    {
        Assert.True(PackageVersion.TryParse(new string('1', PackageVersion.MaxLength), out _));
        Assert.False(PackageVersion.TryParse(new string('1', PackageVersion.MaxLength + 1), out _));
    }

    [Fact]
    public void No_version_sorts_below_every_version() => Assert.True(PackageVersion.Parse("0.dev0").CompareTo(null) > 0);
}
