using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Hashgate.Core;
using Hashgate.Core.Trust;
using Microsoft.IO;
using Microsoft.Win32.SafeHandles;

namespace Hashgate.Storage.Trust;

/// <summary>
/// The journal as JSON Lines in numbered segments. Appends that come together share one flush. Each line carries the highest sequence and what
/// the journal is complete through, so that opening reads one line however long the journal is; of a store with several buckets a few dozen,
/// as most tell of their own bucket alone.
/// </summary>
public sealed class FileTrustJournal : ITrustJournal, IAsyncDisposable
{
    private const string Append = "append";

    private readonly Lock _lock = new();
    private readonly long _segmentBytes;
    private readonly Action<SafeFileHandle> _flush;
    private List<(RecyclableMemoryStream Lines, JournalTail Tail, TaskCompletionSource Done)> _waiting = [];
    private Task _flushing = Task.CompletedTask;
    private JournalSegment _segment;
    private JournalTail _durable;
    private JournalTail _appended;
    private volatile string? _failure;

    private FileTrustJournal(string directory, long segmentBytes, Action<SafeFileHandle> flush)
    {
        Directory = directory;
        _segmentBytes = segmentBytes;
        _flush = flush;
        (_segment, _durable, TornFile) = JournalSegment.OpenLast(directory, flush);
        _appended = _durable;
    }

    public string Directory { get; }

    /// <summary>Where the half-written last line went that a crash had left behind; null where there was none.</summary>
    public string? TornFile { get; }

    /// <summary>How long it takes until lines are on the disk.</summary>
    public StoreTimes Times { get; } = new("journal", Append);

    public string? Identity => Durable.Store;

    public BucketSequences HighestSequence => Durable.High;

    public BucketSequences CompleteThrough => Durable.Through;

    public string? Failure => _failure;

    /// <summary>Where what is on the disk ends, and what the journal knows there: the last segment, its length in bytes, the tail.</summary>
    internal (string Path, long Length, JournalTail Tail) End
    {
        get
        {
            lock (_lock) return (_segment.Path, _segment.Length, _durable);
        }
    }

    private JournalTail Durable
    {
        get
        {
            lock (_lock) return _durable;
        }
    }

    /// <summary>Opens the journal in a directory, which is made where there is none.</summary>
    /// <exception cref="StoreUnavailableException">It can't be written.</exception>
    /// <exception cref="InvalidDataException">Its last line is whole, and isn't one of ours.</exception>
    public static FileTrustJournal Open(string directory, long segmentBytes = 64 << 20) => Open(directory, segmentBytes, RandomAccess.FlushToDisk);

    internal static FileTrustJournal Open(string directory, long segmentBytes, Action<SafeFileHandle> flush)
    {
        try
        {
            return new FileTrustJournal(directory, segmentBytes, flush);
        }
        catch (Exception e) when (IsDiskTrouble(e))
        {
            throw Unavailable(directory, e);
        }
    }

    public async ValueTask AppendAsync(IReadOnlyList<JournalEntry> entries, BucketSequences completeThrough, CancellationToken cancellationToken)
    {
        if (entries.Count == 0) return;
        using var measured = Times.Measure(Append);
        cancellationToken.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_failure is { } failure) throw new StoreUnavailableException(failure);
            var lines = Scratch.Rent();
            _appended = JournalLine.Write(entries, _appended, completeThrough, lines);
            _waiting.Add((lines, _appended, done));
            if (_flushing.IsCompleted) _flushing = Task.Run(FlushWaiting, CancellationToken.None);
        }
        // Once handed over they will be written; whoever stops waiting must not take them for not written.
        await done.Task;
    }

    public async ValueTask ReopenAsync(CancellationToken cancellationToken)
    {
        Task flushing;
        lock (_lock) flushing = _flushing;
        await flushing.WaitAsync(cancellationToken);
        lock (_lock)
        {
            if (_failure is null) return;
            try
            {
                // What a failed flush left behind it is unknown, here and on the disk: only what was flushed before counts.
                _segment = _segment.Reopen(_flush);
                _appended = _durable;
                _failure = null;
            }
            catch (Exception e) when (IsDiskTrouble(e))
            {
                throw Unavailable(Directory, e);
            }
        }
    }

    public async IAsyncEnumerable<JournalEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = End;
        foreach (var path in JournalSegment.List(Directory).TakeWhile(p => string.CompareOrdinal(p, last.Path) <= 0))
        {
            var number = 0;
            await foreach (var line in LinesAsync(path, path == last.Path ? last.Length : long.MaxValue, cancellationToken))
                yield return JournalLine.Read(line, $"{path}, line {++number}").Entry;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task flushing;
        lock (_lock)
        {
            _failure ??= "The journal is closed.";
            flushing = _flushing;
        }
        await flushing;
        _segment.Dispose();
    }

    private void FlushWaiting()
    {
        while (true)
        {
            List<(RecyclableMemoryStream Lines, JournalTail Tail, TaskCompletionSource Done)> batch;
            lock (_lock)
            {
                // Ended under the lock: whoever comes next sees it completed, or was taken along.
                if (_waiting.Count == 0)
                {
                    _flushing = Task.CompletedTask;
                    return;
                }
                (batch, _waiting) = (_waiting, []);
            }
            try
            {
                var segment = _segment.Length >= _segmentBytes ? _segment.Next(_flush) : _segment;
                var length = segment.Write([.. batch.SelectMany(b => Pieces(b.Lines))], _flush);
                lock (_lock)
                {
                    _segment = segment with { Length = length };
                    _durable = batch[^1].Tail;
                }
                foreach (var (_, _, done) in batch) done.SetResult();
            }
            catch (Exception e)
            {
                // Whatever it was: these entries aren't known to be on disk, and somebody waits to hear so.
                Fail(batch.Select(b => b.Done), e);
                return;
            }
            finally
            {
                foreach (var (lines, _, _) in batch) lines.Dispose();
            }
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(RecyclableMemoryStream lines)
    {
        foreach (var piece in lines.GetReadOnlySequence()) yield return piece;
    }

    private void Fail(IEnumerable<TaskCompletionSource> batch, Exception e)
    {
        var error = Unavailable(Directory, e);
        TaskCompletionSource[] failed;
        lock (_lock)
        {
            _failure = error.Message;
            failed = [.. batch, .. _waiting.Select(w => w.Done)];
            foreach (var (lines, _, _) in _waiting) lines.Dispose();
            _waiting = [];
            _flushing = Task.CompletedTask;
        }
        foreach (var done in failed) done.SetException(error);
    }

    private static async IAsyncEnumerable<byte[]> LinesAsync(string path, long length, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        try
        {
            for (long consumed = 0; consumed < length;)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var buffer = read.Buffer;
                while (consumed < length && buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = buffer.Slice(0, end).ToArray();
                    yield return line;
                    consumed += line.Length + 1;
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                }
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (!read.IsCompleted) continue;
                if (consumed < length && !buffer.IsEmpty) throw new InvalidDataException($"The journal's {path} ends within a line.");
                yield break;
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static bool IsDiskTrouble(Exception e) => e is IOException or UnauthorizedAccessException;

    private static StoreUnavailableException Unavailable(string directory, Exception e) =>
        new($"The trust journal in {directory} can't be written: {e.Message}", e);
}
