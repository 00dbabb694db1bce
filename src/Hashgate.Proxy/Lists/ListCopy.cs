using System.Text.Json;
using Hashgate.Proxy.Hosting;
using Hashgate.Storage;

namespace Hashgate.Proxy.Lists;

/// <summary>The last good content of a list, kept in the data directory, so that a source that is broken or away at a start changes nothing.</summary>
/// <param name="Source">The file or URL that it was read from; another one's copy is of no use.</param>
/// <param name="ETag">As the URL's server gave it; null for a file.</param>
public sealed record ListCopy(string Source, string? ETag, byte[] Content)
{
    /// <summary>The copy; null where there is none of this source, or none that can be read.</summary>
    public static ListCopy? Read(string path, string source)
    {
        try
        {
            return File.Exists(path) && JsonSerializer.Deserialize(File.ReadAllBytes(path), CopyJson.Default.ListCopy) is { Content: not null } copy && copy.Source == source ? copy : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Puts the copy in the place of an older one, whole or not at all.</summary>
    /// <exception cref="IOException">The data directory can't be written.</exception>
    public void Write(string path) => WholeFile.Write(path, file => JsonSerializer.Serialize(file, this, CopyJson.Default.ListCopy));
}
