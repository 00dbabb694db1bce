using System.Buffers;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Testing;

/// <summary>What the writers of pages write, as one array.</summary>
public static class PageBytes
{
    public static byte[] Json(ServedPage page) => Written(output => JsonPageWriter.Write(page, output));

    public static byte[] Html(ServedPage page) => Written(output => HtmlPageWriter.Write(page, output));

    public static byte[] Snapshot(ProjectPage page) => Written(output => SnapshotJson.Write(page, output));

    private static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
