using Hashgate.Core.Policy.Lists;

namespace Hashgate.Proxy.Lists;

/// <summary>A list in a file. Its content is looked at, not its times: nothing that replaces a file escapes that.</summary>
internal sealed class FileListSource(string path) : IListSource
{
    public TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(500);

    public async Task<ListFetch> FetchAsync(string? etag, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > PolicyListReader.MaxBytes) return new ListFetch(null, Problem: $"it has more than {PolicyListReader.MaxBytes} bytes");
            using var content = new MemoryStream();
            await file.CopyToAsync(content, cancellationToken);
            return new ListFetch(content.ToArray());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new ListFetch(null, Problem: "it can't be read: " + error.Message);
        }
    }
}
