using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Compression;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>
/// The list of all projects: each upstream's own, less the names that another owns. Lists are long and seldom asked for: they are kept
/// rendered, and refreshed like pages.
/// </summary>
internal sealed class ProjectLists(UpstreamMap upstreams, UpstreamClient client, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly Dictionary<string, (ProjectList List, string? ETag)> _known = [];
    private Rendered? _rendered;

    /// <summary>The finished list, or the upstream that could not be asked.</summary>
    public async Task<(RenderedPage? Page, Upstream? Upstream, FetchError? Error)> GetAsync(Representation representation, bool gzip, CancellationToken cancellationToken)
    {
        if (Fresh() is { } fresh) return (await fresh.PageAsync(representation, gzip), null, null);
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is null && await RefreshAsync(cancellationToken) is var (upstream, error)) return (null, upstream, error);
            return (await _rendered!.PageAsync(representation, gzip), null, null);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    public void Dispose() => _refreshing.Dispose();

    private Rendered? Fresh() => _rendered is { } rendered && rendered.Until > time.GetUtcNow() ? rendered : null;

    /// <summary>Asks every upstream; an upstream that was never read and can't be is what is returned.</summary>
    private async Task<(Upstream, FetchError)?> RefreshAsync(CancellationToken cancellationToken)
    {
        var enabled = upstreams.All.Where(u => u.Enabled).ToArray();
        foreach (var upstream in enabled)
        {
            var earlier = _known.GetValueOrDefault(upstream.Name);
            switch (await client.GetListAsync(upstream, earlier.ETag, cancellationToken))
            {
                case ListFetch.Fetched fetched:
                    _known[upstream.Name] = (fetched.List, fetched.ETag);
                    break;
                case ListFetch.Failed failed when earlier.List is null:
                    return (upstream, failed.Error);
            }
        }
        var lists = _known.Select(k => (k.Key, k.Value.List)).ToArray();
        var refreshAfter = enabled.Select(u => u.RefreshAfter).DefaultIfEmpty(TimeSpan.FromMinutes(10)).Min();
        _rendered = new Rendered(ProjectList.Merge(lists, (owner, name) => upstreams.OwnerOf(name)?.Name == owner), time.GetUtcNow() + refreshAfter);
        return null;
    }

    /// <summary>One state of the list; each form is made when it is first asked for.</summary>
    private sealed class Rendered(ProjectList list, DateTimeOffset until)
    {
        private readonly ConcurrentDictionary<(bool IsHtml, bool Gzip), Task<RenderedPage>> _pages = new();

        public DateTimeOffset Until => until;

        public Task<RenderedPage> PageAsync(Representation representation, bool gzip) =>
            _pages.GetOrAdd((representation.IsHtml(), gzip), _ => RenderAsync(representation, gzip));

        private async Task<RenderedPage> RenderAsync(Representation representation, bool gzip)
        {
            var piece = new ArrayBufferWriter<byte>(2 * ProjectListWriter.PieceBytes);
            var body = new MemoryStream();
            await using (Stream target = gzip ? new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true) : body)
            {
                await ProjectListWriter.WriteAsync(list, representation, piece, async _ =>
                {
                    await target.WriteAsync(piece.WrittenMemory, CancellationToken.None);
                    piece.ResetWrittenCount();
                }, CancellationToken.None);
            }
            var bytes = body.ToArray();
            return new RenderedPage(bytes, $"\"{Sha256Digest.Of(bytes)}\"", gzip);
        }
    }
}
