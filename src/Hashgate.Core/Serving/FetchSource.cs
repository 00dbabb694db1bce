using Hashgate.Core.Blobs;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving;

/// <summary>
/// Where one fetch takes its bytes from: the shared blobs where they have them, else the upstream, which one replica at a time asks. What
/// comes from the upstream is sent to the shared blobs as it arrives.
/// </summary>
internal sealed class FetchSource(SharedFetching sharing, IUpstreamClient client, Upstream upstream, Uri url, FilePromise promise, string work) : IAsyncDisposable
{
    private IWorkLease? _turn;
    private FileOpening? _opened;
    private ISharedUpload? _upload;
    private bool _isShared;

    /// <summary>Whether shared bytes are among those that were read since the fetch last began.</summary>
    public bool TookShared { get; private set; }

    /// <summary>Decides where to begin.</summary>
    public async Task ChooseAsync(CancellationToken cancellationToken) =>
        _turn = await sharing.Turns.TakeAsync(work, () => LookAsync(cancellationToken), cancellationToken);

    /// <summary>The bytes from here on go to this staging.</summary>
    public void Begin(IBlobStaging staging)
    {
        TookShared = _isShared;
        if (!_isShared) _upload = sharing.Blobs.Send(promise.Sha256, staging);
    }

    public async Task<FileOpening> OpenAsync(long offset, CancellationToken cancellationToken)
    {
        if (!_isShared) return await client.OpenFileAsync(upstream, url, offset, cancellationToken);
        var opened = _opened ?? await sharing.Blobs.OpenAsync(promise.Sha256!.Value, offset, cancellationToken);
        _opened = null;
        return opened;
    }

    /// <summary>So many bytes are staged.</summary>
    public void Advance(long length)
    {
        _turn?.Moved();
        _upload?.Advance(length);
    }

    /// <summary>The shared blobs failed: the upstream goes on. False where it was asked already.</summary>
    public bool TurnToUpstream()
    {
        var turned = _isShared;
        _isShared = false;
        return turned;
    }

    /// <summary>The shared bytes are not what was promised: they are taken away, and the upstream is next.</summary>
    public async Task DiscardSharedAsync(string reason, CancellationToken cancellationToken)
    {
        TurnToUpstream();
        await sharing.DiscardAsync(promise.Sha256!.Value, reason, cancellationToken);
    }

    /// <summary>Makes the proven file visible to the other replicas, for which they have waited.</summary>
    public async Task ShareAsync(FetchOutcome.Proven proven)
    {
        if (_upload is { } upload) await sharing.PublishAsync(upload, proven.Digest, proven.Size);
    }

    public async ValueTask DisposeAsync()
    {
        if (_opened is FileOpening.Opened unread) await unread.Body.DisposeAsync();
        if (_upload is { } upload) await upload.DisposeAsync();
        if (_turn is { } turn) await turn.DisposeAsync();
    }

    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        if (promise.Sha256 is not { } digest) return false;
        // While the store fails, nothing that another fetches can be had from it: there is nothing to wait for.
        if (await sharing.Blobs.OpenAsync(digest, 0, cancellationToken) is not FileOpening.Opened opened) return sharing.Blobs.Trouble is not null;
        (_opened, _isShared) = (opened, true);
        return true;
    }
}
