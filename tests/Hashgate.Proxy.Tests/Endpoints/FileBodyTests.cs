using System.Buffers;
using System.IO.Pipelines;
using Hashgate.Proxy.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hashgate.Proxy.Tests.Endpoints;

/// <summary>How a file's bytes go into an answer whose client takes them when it likes.</summary>
public sealed class FileBodyTests
{
    private const int Untaken = 16 << 10;

    // As a connection has it: whoever writes waits while so much was not taken. Everything runs on the thread that writes or reads.
    private readonly Pipe _connection = new(new PipeOptions(
        pauseWriterThreshold: Untaken, resumeWriterThreshold: Untaken, readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));

    private readonly byte[] _file = new byte[4 << 20];
    private readonly Answer _answer;
    private long _read;

    public FileBodyTests()
    {
        new Random(1).NextBytes(_file);
        _answer = new Answer(_connection.Writer);
    }

    [Fact]
    public async Task Client_that_takes_nothing_holds_one_small_chunk()
    {
        var copying = FileBody.CopyAsync(_answer.Context, 0, _file.Length, Read);

        Assert.False(copying.IsCompleted);
        Assert.Equal(ChunkPace.Smallest, _read);
        Assert.All(_answer.Hints, hint => Assert.Equal(0, hint));

        await _connection.Reader.CompleteAsync();
        await copying;
        Assert.True(_answer.Aborted);
    }

    [Fact]
    public async Task Nothing_is_read_before_the_last_chunk_was_taken()
    {
        var copying = FileBody.CopyAsync(_answer.Context, 0, _file.Length, Read);
        var taken = 0L;
        var largest = 0L;
        while (taken < _file.Length)
        {
            var there = (await _connection.Reader.ReadAsync()).Buffer;
            largest = Math.Max(largest, there.Length);
            Assert.Equal(_read, taken + there.Length);
            Assert.True(there.ToArray().AsSpan().SequenceEqual(_file.AsSpan((int)taken, (int)there.Length)));
            taken += there.Length;
            _connection.Reader.AdvanceTo(there.End);
        }
        await copying;

        Assert.Equal(ChunkPace.Largest, largest);
        Assert.InRange(_answer.Hints.Max(), 1, 64 << 10);
        Assert.False(_answer.Aborted);
    }

    [Fact]
    public async Task Follower_has_no_buffer_while_it_waits()
    {
        var more = new TaskCompletionSource<long>();
        var copying = FileBody.CopyAsync(_answer.Context, 0, 2000, Read, _ => new ValueTask<long>(more.Task));

        Assert.Empty(_answer.Hints);
        more.SetResult(2000);
        await copying;
        Assert.NotEmpty(_answer.Hints);
        Assert.False(_answer.Aborted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Bytes_that_never_come_reset_the_connection(long end)
    {
        await FileBody.CopyAsync(_answer.Context, 0, 2000, Read, offset => ValueTask.FromResult(offset < 1000 ? 1000 - offset : end));

        Assert.True(_answer.Aborted);
        Assert.Equal(1000, (await _connection.Reader.ReadAsync()).Buffer.Length);
    }

    [Fact]
    public async Task File_shorter_than_promised_resets_the_connection()
    {
        await FileBody.CopyAsync(_answer.Context, _file.Length - 1000, 2000, Read);

        Assert.True(_answer.Aborted);
    }

    [Fact]
    public void Chunks_grow_with_what_was_taken_and_begin_anew_where_a_client_is_slow()
    {
        var pace = new ChunkPace();
        var sent = 0;
        // What the sockets' buffers take by themselves brings no large chunk.
        for (; sent < 192 << 10; sent += pace.Chunk) pace.Took(pace.Chunk, 0);
        Assert.InRange(pace.Chunk, ChunkPace.Smallest, 2 * ChunkPace.Smallest);

        for (; sent < 2 << 20; sent += pace.Chunk) pace.Took(pace.Chunk, 1);
        Assert.Equal(ChunkPace.Largest, pace.Chunk);

        pace.Took(pace.Chunk, 1000);
        Assert.Equal(ChunkPace.Smallest, pace.Chunk);
        pace.Took(pace.Chunk, 1);
        Assert.Equal(ChunkPace.Smallest, pace.Chunk);
    }

    private int Read(Span<byte> buffer, long offset)
    {
        var count = (int)Math.Min(buffer.Length, _file.Length - offset);
        _file.AsSpan((int)offset, count).CopyTo(buffer);
        _read += count;
        return count;
    }

    /// <summary>An answer whose body goes into a pipe.</summary>
    private sealed class Answer : PipeWriter, IHttpResponseBodyFeature, IHttpRequestLifetimeFeature
    {
        private readonly PipeWriter _pipe;

        public Answer(PipeWriter pipe)
        {
            _pipe = pipe;
            Context.Features.Set<IHttpResponseBodyFeature>(this);
            Context.Features.Set<IHttpRequestLifetimeFeature>(this);
        }

        public HttpContext Context { get; } = new DefaultHttpContext();

        public bool Aborted { get; private set; }

        /// <summary>The buffers it was asked for: the size of each, 0 for one of the connection's own blocks.</summary>
        public List<int> Hints { get; } = [];

        public PipeWriter Writer => this;

        public Stream Stream => throw new NotSupportedException();

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => Aborted = true;

        public override Memory<byte> GetMemory(int sizeHint = 0)
        {
            Hints.Add(sizeHint);
            return _pipe.GetMemory(sizeHint);
        }

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes) => _pipe.Advance(bytes);

        public override void CancelPendingFlush() => _pipe.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => _pipe.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => _pipe.FlushAsync(cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task CompleteAsync() => Task.CompletedTask;

        public void DisableBuffering() => throw new NotSupportedException();

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
