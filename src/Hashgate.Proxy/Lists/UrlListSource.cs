using Hashgate.Core.Policy.Lists;
using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Lists;

/// <summary>A list at a URL that the operator chose, asked for conditionally.</summary>
internal sealed class UrlListSource(Uri url, TimeSpan pause, DocumentClient client) : IListSource
{
    /// <summary>A start waits for the first answer, so a server that says nothing is soon given up.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>How long the whole list may take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public TimeSpan Pause => pause;

    public async Task<ListFetch> FetchAsync(string? etag, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var answer = await client.GetAsync(url, etag, PolicyListReader.MaxBytes, content, cancellationToken);
        return answer.Kind switch
        {
            DocumentAnswerKind.Copied => new ListFetch(content.ToArray(), answer.ETag),
            DocumentAnswerKind.Unchanged => new ListFetch(null, answer.ETag),
            _ => new ListFetch(null, Problem: $"it gives no usable answer ({answer.Error!.Detail.TrimEnd('.')})"),
        };
    }
}
