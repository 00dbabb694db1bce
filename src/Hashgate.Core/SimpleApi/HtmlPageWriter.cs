using System.Buffers;

namespace Hashgate.Core.SimpleApi;

/// <summary>Writes a project page as HTML5 (simple repository API, "Base HTML API"): one link per file, its text the filename.</summary>
public static class HtmlPageWriter
{
    public static void Write(ServedPage page, IBufferWriter<byte> output)
    {
        var html = new HtmlOutput(output);
        var upstream = page.Upstream;
        var version = ServedVersions.Html(page);
        var tellsStatus = version.CompareTo(ServedVersions.WithStatus) >= 0 || upstream.Status != ProjectStatus.Active;
        var title = $"Links for {upstream.DisplayName}";

        html.Head(title, version, tellsStatus ? upstream.Status : null);
        html.Raw("    <h1>"u8);
        html.Text(title);
        html.Raw("</h1>\n"u8);
        foreach (var file in page.Files) WriteLink(html, file);
        html.Raw("  </body>\n</html>\n"u8);
        if (upstream.LastSerial is { } serial)
        {
            html.Raw("<!--SERIAL "u8);
            html.Text(serial.ToString(System.Globalization.CultureInfo.InvariantCulture));
            html.Raw("-->\n"u8);
        }
    }

    private static void WriteLink(HtmlOutput html, ServedFile file)
    {
        html.Raw("    <a href=\""u8);
        html.Text(file.Href.ToString());
        if (ServedHashes.ForFragment(file) is var (algorithm, digest))
        {
            html.Raw("#"u8);
            html.Text(algorithm);
            html.Raw("="u8);
            html.Text(digest);
        }
        html.Raw("\""u8);
        if (file.Source?.RequiresPython is { Length: > 0 } python) html.Attribute("data-requires-python"u8, python);
        if (file.CoreMetadata is { } metadata)
        {
            // The legacy attribute equals the new one (PEP 714); here every client reads either.
            var value = $"sha256={metadata}";
            html.Attribute("data-core-metadata"u8, value);
            html.Attribute("data-dist-info-metadata"u8, value);
        }
        if (file.Yanked.IsYanked) html.Attribute("data-yanked"u8, file.Yanked.Reason ?? "");
        if (file.Provenance is { } provenance) html.Attribute("data-provenance"u8, provenance);
        html.Raw(">"u8);
        html.Text(file.Filename);
        html.Raw("</a><br>\n"u8);
    }
}
