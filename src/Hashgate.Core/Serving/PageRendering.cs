using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Serving;

/// <summary>Makes the finished bytes of a page. Nothing of any request enters them.</summary>
internal static class PageRendering
{
    public static RenderedPage Render(ServedPage page, bool json, bool gzip)
    {
        var body = gzip ? Gzip(page, json) : Plain(page, json);
        return new RenderedPage(body, $"\"{Sha256Digest.Of(body)}\"", gzip);
    }

    private static byte[] Plain(ServedPage page, bool json)
    {
        using var text = Scratch.Rent();
        if (json) JsonPageWriter.Write(page, text);
        else HtmlPageWriter.Write(page, text);
        return text.ToArray();
    }

    private static byte[] Gzip(ServedPage page, bool json)
    {
        using var text = new PackedText();
        if (json) JsonPageWriter.Write(page, text);
        else HtmlPageWriter.Write(page, text);
        return text.Finish();
    }
}
