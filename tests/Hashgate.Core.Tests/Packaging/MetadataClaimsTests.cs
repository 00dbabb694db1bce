using System.Text;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class MetadataClaimsTests
{
    [Fact]
    public void Fields_before_the_description_are_read()
    {
        var claims = Read("""
            Metadata-Version: 2.4
            Name: demo
            Summary: What it does,
              in two lines
            Home-page: https://example.org/demo
            Author-email: A <a@example.org>
            License: MIT License
            License-Expression: MIT
            Project-URL: Source, https://github.com/acme/demo
            Project-URL: no comma here

            Summary: not this one
            """);
        Assert.Equal(("What it does, in two lines", "A <a@example.org>", "MIT"), (claims.Summary, claims.Author, claims.License));
        Assert.Equal([("Home-page", "https://example.org/demo"), ("Source", "https://github.com/acme/demo")], claims.Links);
    }

    [Fact]
    public void What_is_no_field_says_nothing()
    {
        var claims = Read("no field\n: nothing\nSummary:\n\u202e\n");
        Assert.Equal((null, null, null, 0), (claims.Summary, claims.Author, claims.License, claims.Links.Count));
    }

    [Fact]
    public void Endless_texts_and_links_are_bounded()
    {
        var claims = Read("Summary: " + new string('x', 10_000) + "\n more\n" + string.Concat(Enumerable.Repeat("Project-URL: a, b\n", 1000)));
        Assert.Equal((MetadataClaims.MaxText, MetadataClaims.MaxLinks), (claims.Summary!.Length, claims.Links.Count));
    }

    private static MetadataClaims Read(string text) => MetadataClaims.Read(Encoding.UTF8.GetBytes(text));
}
