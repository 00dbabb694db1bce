using Microsoft.IO;

namespace Hashgate.Core;

/// <summary>
/// Memory for bytes that are soon done with, lent and taken back. A page's megabytes, allocated anew each time they are read, written and
/// packed, would cost a collection of everything in memory and the clearing of fresh pages by the kernel.
/// </summary>
public static class Scratch
{
    private static readonly RecyclableMemoryStreamManager Manager = new(new RecyclableMemoryStreamManager.Options
    {
        BlockSize = 128 << 10,
        MaximumSmallPoolFreeBytes = 16 << 20,
        // In one piece, as readers take it: room for all but the largest projects' pages.
        MaximumLargePoolFreeBytes = 4 << 20,
    });

    /// <summary>An empty stream, a buffer writer too; its blocks go back when it is disposed of.</summary>
    public static RecyclableMemoryStream Rent() => Manager.GetStream();
}
