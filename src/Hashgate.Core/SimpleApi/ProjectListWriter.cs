using System.Buffers;

namespace Hashgate.Core.SimpleApi;

/// <summary>
/// Writes a project list as PyPI shapes it. The list is tens of megabytes: it goes out in pieces, each of about
/// <see cref="PieceBytes"/>, with a flush after each where the caller has somewhere to flush to.
/// </summary>
public static class ProjectListWriter
{
    /// <summary>After this many bytes the writer flushes.</summary>
    public const int PieceBytes = 64 * 1024;

    /// <summary>Writes the list in this form.</summary>
    /// <param name="flush">Called between pieces; what is written since the last call should leave the buffer.</param>
    public static async Task WriteAsync(
        ProjectList list, Representation representation, IBufferWriter<byte> output, Func<CancellationToken, ValueTask> flush, CancellationToken cancellationToken)
    {
        var json = !representation.IsHtml();
        if (json) StartJson(list, output);
        else StartHtml(list, output);
        for (var next = 0; next < list.Count;)
        {
            next = json ? WriteJson(list, next, output) : WriteHtml(list, next, output);
            await flush(cancellationToken).ConfigureAwait(false);
        }
        output.Write(json ? "]}"u8 : "  </body>\n</html>\n"u8);
        await flush(cancellationToken).ConfigureAwait(false);
    }

    private static void StartJson(ProjectList list, IBufferWriter<byte> output)
    {
        using (var json = JsonOutput.Over(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("meta"u8);
            if (list.LastSerial is { } serial) json.WriteNumber("_last-serial"u8, serial);
            json.WriteString("api-version"u8, ServedVersions.JsonList(list.ApiVersion).ToString());
            json.WriteEndObject();
        }
        output.Write(",\"projects\":["u8);
    }

    private static int WriteJson(ProjectList list, int next, IBufferWriter<byte> output)
    {
        for (var written = 0; next < list.Count && written < PieceBytes; next++)
        {
            // A valid name is letters, digits and -_. alone: nothing in it needs escaping.
            var name = list[next];
            output.Write(next == 0 ? "{\"name\":\""u8 : ",{\"name\":\""u8);
            output.Write(name);
            output.Write("\"}"u8);
            written += name.Length + 12;
        }
        return next;
    }

    private static void StartHtml(ProjectList list, IBufferWriter<byte> output) =>
        new HtmlOutput(output).Head("Simple index", ServedVersions.HtmlList(list.ApiVersion), status: null);

    private static int WriteHtml(ProjectList list, int next, IBufferWriter<byte> output)
    {
        Span<byte> normalized = stackalloc byte[Packaging.ProjectName.MaxLength];
        for (var written = 0; next < list.Count && written < PieceBytes; next++)
        {
            var name = list[next];
            output.Write("    <a href=\""u8);
            output.Write(normalized[..Normalize(name, normalized)]);
            output.Write("/\">"u8);
            output.Write(name);
            output.Write("</a><br>\n"u8);
            written += 2 * name.Length + 32;
        }
        return next;
    }

    /// <summary>ProjectName's rule over bytes, without a string for each of 0.7 million names.</summary>
    private static int Normalize(ReadOnlySpan<byte> name, Span<byte> normalized)
    {
        var length = 0;
        var inRun = false;
        foreach (var c in name)
        {
            var separator = c is (byte)'-' or (byte)'_' or (byte)'.';
            if (!separator) normalized[length++] = char.IsAsciiLetterUpper((char)c) ? (byte)(c | 0x20) : c;
            else if (!inRun) normalized[length++] = (byte)'-';
            inRun = separator;
        }
        return length;
    }
}
