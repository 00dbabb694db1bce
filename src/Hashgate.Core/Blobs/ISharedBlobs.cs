using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Blobs;

/// <summary>
/// Blobs that replicas share, behind the cache that each has of its own. What is read from here is proven like an upstream's bytes: a blob
/// store that many write to is no authority.
/// </summary>
public interface ISharedBlobs
{
    /// <summary>
    /// Opens a blob's bytes at an offset. <see cref="FetchErrorKind.Gone"/> where there is none; another error where the store can't tell. A
    /// read that fails throws <see cref="IOException"/>.
    /// </summary>
    Task<FileOpening> OpenAsync(Sha256Digest digest, long offset, CancellationToken cancellationToken);

    /// <summary>
    /// An address from which a client may take a blob by itself for some minutes; null where there is none of that size, or the store can't tell.
    /// What is taken from there is proven by nobody but the client.
    /// </summary>
    /// <param name="size">In bytes.</param>
    Task<Uri?> FindUrlAsync(Sha256Digest digest, long size, CancellationToken cancellationToken);

    /// <summary>Begins to send a file while it is fetched; nobody sees any of it before it is published.</summary>
    /// <param name="promised">What its digest will be; null where nothing says so beforehand.</param>
    /// <param name="staging">Where the bytes are read from; readable until the upload is disposed of.</param>
    ISharedUpload Send(Sha256Digest? promised, IBlobStaging staging);

    /// <summary>What is wrong with the store now, one sentence; null where nothing is known to be.</summary>
    string? Trouble { get; }

    /// <summary>Takes away a blob whose bytes are not what its name says.</summary>
    Task RemoveAsync(Sha256Digest digest, CancellationToken cancellationToken);
}

/// <summary>A file on its way to the shared blobs. Disposing of one that was not published discards it.</summary>
public interface ISharedUpload : IAsyncDisposable
{
    /// <summary>So many bytes can be read from the staging now. Never waits and never throws.</summary>
    void Advance(long length);

    /// <summary>The whole file is staged and proven: sends the rest and makes it visible at once, where nobody else has.</summary>
    /// <exception cref="IOException">The store can't be reached or doesn't take it.</exception>
    Task PublishAsync(Sha256Digest digest, long length, CancellationToken cancellationToken);
}

/// <summary>No replica shares anything.</summary>
public sealed class NoSharedBlobs : ISharedBlobs
{
    private static readonly Task<FileOpening> None = Task.FromResult<FileOpening>(new FileOpening.Failed(new FetchError(FetchErrorKind.Gone, "nothing is shared")));

    public Task<FileOpening> OpenAsync(Sha256Digest digest, long offset, CancellationToken cancellationToken) => None;

    public Task<Uri?> FindUrlAsync(Sha256Digest digest, long size, CancellationToken cancellationToken) => Task.FromResult<Uri?>(null);

    public ISharedUpload Send(Sha256Digest? promised, IBlobStaging staging) => NoUpload.Instance;

    public string? Trouble => null;

    public Task RemoveAsync(Sha256Digest digest, CancellationToken cancellationToken) => Task.CompletedTask;

    private sealed class NoUpload : ISharedUpload
    {
        public static readonly NoUpload Instance = new();

        public void Advance(long length)
        {
        }

        public Task PublishAsync(Sha256Digest digest, long length, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
