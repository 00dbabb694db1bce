using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Tests.SimpleApi;

public sealed class NegotiationTests
{
    private const string Json = Representations.JsonType;
    private const string Html = Representations.HtmlType;

    [Theory]
    [InlineData(null, Representation.LegacyHtml)]
    [InlineData("", Representation.LegacyHtml)]
    [InlineData("*/*", Representation.LegacyHtml)]
    [InlineData("*/*;q=0.1", Representation.LegacyHtml)]
    [InlineData("text/html", Representation.LegacyHtml)]
    [InlineData("TEXT/HTML;Q=0.3", Representation.LegacyHtml)]
    [InlineData("text/*", Representation.LegacyHtml)]
    [InlineData("application/*", Representation.Json)]
    [InlineData(Json, Representation.Json)]
    [InlineData(Json + "; charset=utf-8", Representation.Json)]
    [InlineData(Html, Representation.Html)]
    [InlineData("application/vnd.pypi.simple.latest+json", Representation.Json)]
    [InlineData("application/vnd.pypi.simple.latest+html", Representation.Html)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Representation.LegacyHtml)]
    [InlineData("text/html, */*", Representation.LegacyHtml)]
    [InlineData(Json + ", " + Html + "; q=0.1, text/html; q=0.01", Representation.Json)]
    [InlineData(Json + ", " + Html + ";q=0.2, text/html;q=0.01", Representation.Json)]
    [InlineData(Json + ", */*;q=0.1", Representation.Json)]
    [InlineData(Json + ";q=0.1, text/html", Representation.LegacyHtml)]
    [InlineData(Json + ";q=0.5, text/html;q=0.5", Representation.Json)]
    [InlineData("text/html, " + Html + ", " + Json, Representation.Json)]
    [InlineData("text/html, " + Html, Representation.Html)]
    [InlineData(Json + ";q=0, */*", Representation.LegacyHtml)]
    [InlineData("text/html;q=0, */*", Representation.Json)]
    [InlineData("text/html;q=0.2, */*;q=0.5", Representation.Json)]
    [InlineData(Json + ";v=\"a,b;q=0\", text/html;q=0.9", Representation.Json)]
    [InlineData(Json + ";q=1.5, text/html;q=0.2", Representation.LegacyHtml)]
    [InlineData(Json + ";q=0.0001, text/html;q=0.2", Representation.LegacyHtml)]
    public void Accept_chooses_the_form(string? accept, Representation expected) => Assert.Equal(expected, Negotiation.Choose(accept, null));

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/vnd.pypi.simple.v2+json")]
    [InlineData("image/png, text/plain")]
    [InlineData("*/*;q=0")]
    [InlineData("text/html;q=0.000")]
    [InlineData(",,;;,")]
    [InlineData("nonsense")]
    public void Accept_of_nothing_ours_is_not_acceptable(string accept) => Assert.Null(Negotiation.Choose(accept, null));

    [Theory]
    [InlineData(Json, Representation.Json)]
    [InlineData("application/vnd.pypi.simple.v1 json", Representation.Json)]
    [InlineData("application/vnd.pypi.simple.latest+html", Representation.Html)]
    [InlineData("text/html", Representation.LegacyHtml)]
    [InlineData("json", Representation.Html)]
    [InlineData("text/*", Representation.Html)]
    [InlineData("", Representation.Html)]
    public void Format_beats_accept_where_it_names_one_of_ours(string format, Representation expected) =>
        Assert.Equal(expected, Negotiation.Choose(Html, format));

    [Fact]
    public void Content_type_of_an_alias_is_the_version_it_stands_for()
    {
        var chosen = Negotiation.Choose("application/vnd.pypi.simple.latest+json", null);

        Assert.Equal("application/vnd.pypi.simple.v1+json", chosen!.Value.ContentType());
    }

    [Theory]
    [InlineData(",", false)]
    [InlineData("a/b;q=0.5,", false)]
    [InlineData("\"\\", false)]
    [InlineData("text/html;q=", true)]
    [InlineData(";", true)]
    [InlineData("\"", true)]
    public void Hostile_header_is_looked_at_for_a_bounded_number_of_items(string piece, bool isOneItem)
    {
        var header = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length)) + ", " + Json;

        Assert.Equal(isOneItem ? Representation.Json : null, Negotiation.Choose(header, null));
        Assert.Equal(ContentCoding.Identity, ContentCodings.Choose(header));
    }

    [Theory]
    [InlineData(null, ContentCoding.Identity)]
    [InlineData("", ContentCoding.Identity)]
    [InlineData("identity", ContentCoding.Identity)]
    [InlineData("br", ContentCoding.Identity)]
    [InlineData("gzip", ContentCoding.Gzip)]
    [InlineData("GZIP;q=0.5", ContentCoding.Gzip)]
    [InlineData("x-gzip", ContentCoding.Gzip)]
    [InlineData("gzip, deflate, br", ContentCoding.Gzip)]
    [InlineData("gzip, deflate, zstd", ContentCoding.Gzip)]
    [InlineData("br;q=1.0, gzip;q=0.8, *;q=0.1", ContentCoding.Gzip)]
    [InlineData("*", ContentCoding.Gzip)]
    [InlineData("gzip;q=0, *", ContentCoding.Identity)]
    [InlineData("gzip;q=0", ContentCoding.Identity)]
    [InlineData("*;q=0", ContentCoding.Identity)]
    [InlineData("identity, gzip;q=0.5", ContentCoding.Identity)]
    [InlineData("identity;q=0", ContentCoding.Identity)]
    public void Accept_encoding_chooses_gzip_or_nothing(string? header, ContentCoding expected) => Assert.Equal(expected, ContentCodings.Choose(header));
}
