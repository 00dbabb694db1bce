using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hashgate.Testing;

/// <summary>A request that a <see cref="FakeIndex"/> saw.</summary>
/// <param name="Path">Unescaped.</param>
/// <param name="Target">As it stood in the request line.</param>
public sealed record SeenRequest(string Method, string Path, string Target, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A header's value, or null.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);
}

/// <summary>Every request in the order of arrival.</summary>
public sealed class RequestLog
{
    private readonly Lock _lock = new();
    private readonly List<SeenRequest> _seen = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<SeenRequest> All
    {
        get { lock (_lock) return [.. _seen]; }
    }

    public IReadOnlyList<SeenRequest> For(string path) => [.. All.Where(r => r.Path == path)];

    public int Count(string path) => For(path).Count;

    public void Clear()
    {
        lock (_lock) _seen.Clear();
    }

    /// <summary>Waits until so many requests for a path have arrived.</summary>
    public async Task WaitForAsync(string path, int count = 1, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_seen.Count(r => r.Path == path) >= count) return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    internal void Add(HttpContext context)
    {
        var request = context.Request;
        var headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        lock (_lock)
        {
            _seen.Add(new SeenRequest(request.Method, request.Path.Value ?? "", target, headers));
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
