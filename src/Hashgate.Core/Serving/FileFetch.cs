using System.Buffers;
using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving;

/// <summary>How a fetch ended.</summary>
internal abstract record FetchOutcome
{
    public sealed record Proven(Sha256Digest Digest, long Size) : FetchOutcome;

    /// <summary>The bytes are not what was promised.</summary>
    public sealed record NotProven(string Reason) : FetchOutcome;

    public sealed record Failed(FetchError Error) : FetchOutcome;
}

/// <summary>
/// One download that any number of clients follow: bytes are appended to a staging file and hashed as they come. It belongs to nobody
/// who asks; it ends by itself.
/// </summary>
internal sealed class FileFetch(FetchSource source, IBlobStore blobs, FilePromise promise, FileServing options)
{
    private const int BufferSize = 256 << 10;

    private readonly Lock _lock = new();
    private TaskCompletionSource _progress = NewSignal();
    private IBlobStaging? _staging;
    private FetchOutcome? _outcome;
    private long _written;
    private int _users = 1;

    /// <summary>The promised size; what a streamed answer's Content-Length says.</summary>
    public long? Length => promise.Size;

    /// <summary>The end, once it is there.</summary>
    public FetchOutcome? Outcome => Volatile.Read(ref _outcome);

    /// <summary>How many bytes a follower may read now: all once proven, never the last hold-back before.</summary>
    public long Readable => Outcome is FetchOutcome.Proven
        ? Volatile.Read(ref _written)
        : Math.Clamp((promise.Size ?? 0) - options.HoldBackBytes, 0, Volatile.Read(ref _written));

    /// <summary>Completes when something new can be read or the fetch has ended.</summary>
    public Task Progress
    {
        get
        {
            lock (_lock) return _progress.Task;
        }
    }

    public int Read(Span<byte> buffer, long offset) => _staging!.Read(buffer, offset);

    /// <summary>Runs to the end.</summary>
    /// <param name="onProven">Called before the blob is published and anybody is told; what it returns is the outcome. What can't be put on record is not kept, or the next client would have it from the cache.</param>
    public async Task<FetchOutcome> RunAsync(Func<FetchOutcome.Proven, Task<FetchOutcome>> onProven, CancellationToken cancellationToken)
    {
        FetchOutcome outcome = new FetchOutcome.Failed(new FetchError(FetchErrorKind.Unreachable, "the fetch was given up"));
        try
        {
            outcome = await DownloadAsync(cancellationToken);
            if (outcome is FetchOutcome.Proven proven) outcome = await onProven(proven);
            if (outcome is FetchOutcome.Proven recorded) await _staging!.PublishAsync(recorded.Digest, cancellationToken);
            return outcome;
        }
        catch (IOException error)
        {
            return outcome = new FetchOutcome.Failed(new FetchError(FetchErrorKind.NoRoom, "the file could not be stored: " + error.Message));
        }
        finally
        {
            Volatile.Write(ref _outcome, outcome);
            Signal(last: true);
            _ = Task.Run(() => LeaveAsync(outcome), CancellationToken.None);
        }
    }

    /// <summary>Nobody here waits for what is done for the other replicas.</summary>
    private async Task LeaveAsync(FetchOutcome outcome)
    {
        try
        {
            if (outcome is FetchOutcome.Proven proven) await source.ShareAsync(proven);
        }
        finally
        {
            await source.DisposeAsync();
            await ReleaseAsync();
        }
    }

    /// <summary>Lets a follower in; false where everything is over and gone, or has failed.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_users == 0 || Outcome is not (null or FetchOutcome.Proven)) return false;
            _users++;
            return true;
        }
    }

    public async ValueTask ReleaseAsync()
    {
        IBlobStaging? staging = null;
        lock (_lock)
        {
            if (--_users == 0) staging = _staging;
        }
        if (staging is not null) await staging.DisposeAsync();
    }

    private async Task<FetchOutcome> DownloadAsync(CancellationToken cancellationToken)
    {
        if (promise.Size > options.MaxBytes) return TooLarge();
        await source.ChooseAsync(cancellationToken);
        var outcome = await StageAsync(cancellationToken);
        if (outcome is not FetchOutcome.NotProven wrong || !source.TookShared) return outcome;

        await source.DiscardSharedAsync(wrong.Reason, cancellationToken);
        // Whoever may have read some of it can't be given other bytes now.
        if (promise.Size > options.VerifyFirstBytes) return new FetchOutcome.Failed(new FetchError(FetchErrorKind.Unreachable, "the copy that replicas share was damaged; it is removed, and the next request asks the upstream"));
        await _staging!.DisposeAsync();
        _staging = null;
        Volatile.Write(ref _written, 0);
        return await StageAsync(cancellationToken);
    }

    private async Task<FetchOutcome> StageAsync(CancellationToken cancellationToken)
    {
        _staging = await blobs.StageAsync(promise.Size, cancellationToken);
        if (_staging is null) return NoRoom();
        source.Begin(_staging);

        using var proof = new FileProof(promise);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var (ended, trouble) = await ReadOnceAsync(proof, buffer, cancellationToken);
                if (ended is FetchOutcome.NotProven or FetchOutcome.Failed { Error.Kind: FetchErrorKind.NoRoom }) return ended;
                if (ended is null && trouble is null) break;
                if (source.TurnToUpstream()) continue;
                if (ended is not null) return ended;
                if (attempt >= options.MaxResumes) return new FetchOutcome.Failed(trouble!);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        var (digest, wrong) = proof.Conclude();
        return wrong is null ? new FetchOutcome.Proven(digest, proof.Length) : new FetchOutcome.NotProven(wrong);
    }

    /// <summary>Reads one body, from where the last one broke off: an outcome ends the fetch, trouble lets it be resumed.</summary>
    private async Task<(FetchOutcome? Ended, FetchError? Trouble)> ReadOnceAsync(FileProof proof, byte[] buffer, CancellationToken cancellationToken)
    {
        switch (await source.OpenAsync(proof.Length, cancellationToken))
        {
            case FileOpening.Failed failed:
                return (new FetchOutcome.Failed(failed.Error), null);
            case FileOpening.Opened opened:
                await using (opened.Body)
                {
                    if (promise.Size is { } promised && opened.TotalLength is { } told && told != promised)
                    {
                        return told > promised
                            ? (new FetchOutcome.NotProven($"the upstream sends {told} bytes, {promised} are promised"), null)
                            : (null, Short(told));
                    }
                    return await ReadBodyAsync(opened.Body, proof, buffer, cancellationToken);
                }
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<(FetchOutcome? Ended, FetchError? Trouble)> ReadBodyAsync(Stream body, FileProof proof, byte[] buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            int count;
            try
            {
                count = await body.ReadAsync(buffer, cancellationToken);
            }
            catch (IOException error)
            {
                return (null, new FetchError(FetchErrorKind.Unreachable, "the upstream's body broke off: " + error.Message));
            }
            if (count == 0) return (null, proof.Length < promise.Size ? Short(proof.Length) : null);

            proof.Append(buffer.AsSpan(0, count));
            if (proof.Length > options.MaxBytes) return (TooLarge(), null);
            if (proof.Length > promise.Size) return (new FetchOutcome.NotProven($"it is longer than the {promise.Size} bytes that are promised"), null);
            if (!await _staging!.WriteAsync(buffer.AsMemory(0, count), cancellationToken)) return (NoRoom(), null);
            Volatile.Write(ref _written, proof.Length);
            source.Advance(proof.Length);
            Signal(last: false);
        }
    }

    private void Signal(bool last)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            signal = _progress;
            if (!last) _progress = NewSignal();
        }
        signal.TrySetResult();
    }

    private FetchError Short(long length) => new(FetchErrorKind.Malformed, $"the upstream sent {length} of {promise.Size} bytes");

    private FetchOutcome.Failed TooLarge() => new(new FetchError(FetchErrorKind.TooLarge, $"the file is larger than Files:MaxBytes ({options.MaxBytes})"));

    private static FetchOutcome.Failed NoRoom() => new(new FetchError(FetchErrorKind.NoRoom, "there is no room for new files"));

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
