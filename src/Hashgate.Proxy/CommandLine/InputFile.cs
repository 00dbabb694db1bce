namespace Hashgate.Proxy.CommandLine;

/// <summary>A file that a command was told to read.</summary>
internal static class InputFile
{
    /// <exception cref="FormatException">It can't be read, or has more than <paramref name="maxBytes"/>.</exception>
    public static async Task<byte[]> ReadAsync(string path, int maxBytes, CancellationToken cancellationToken)
    {
        byte[] content;
        try
        {
            content = await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"'{path}' can't be read: {error.Message}", error);
        }
        return content.Length <= maxBytes ? content : throw new FormatException($"'{path}' has more than {maxBytes} bytes.");
    }
}
