using System.IO.Compression;
using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Serving;

/// <summary>Makes the finished bytes of a page. Nothing of any request enters them.</summary>
internal static class PageRendering
{
    public static RenderedPage Render(ServedPage page, bool json, bool gzip)
    {
        var body = json ? JsonPageWriter.Write(page) : HtmlPageWriter.Write(page);
        if (gzip) body = Gzip(body);
        return new RenderedPage(body, $"\"{Sha256Digest.Of(body)}\"", gzip);
    }

    private static byte[] Gzip(byte[] body)
    {
        var result = new MemoryStream(body.Length / 4);
        using (var gzip = new GZipStream(result, CompressionLevel.Optimal)) gzip.Write(body);
        return result.ToArray();
    }
}
