using System.Collections.Concurrent;

namespace Hashgate.Proxy.Upstreams;

/// <summary>The strong ETags of files whose bodies are under way, so that a resumed body is a part of the same bytes (RFC 9110, 13.1.5).</summary>
internal sealed class ResumeValidators
{
    /// <summary>More than can be under way; past it old ones go, and a resume does without.</summary>
    private const int Most = 4096;

    private readonly ConcurrentDictionary<Uri, string> _etags = new();

    public string? Find(Uri url) => _etags.GetValueOrDefault(url);

    public void Keep(Uri url, HttpResponseMessage response)
    {
        if (response.Headers.ETag is not { IsWeak: false } etag || etag.Tag.Length > 256) return;
        if (_etags.Count >= Most) _etags.Clear();
        _etags[url] = etag.Tag;
    }

    public void Forget(Uri url) => _etags.TryRemove(url, out _);
}
