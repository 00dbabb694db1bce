using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Hashgate.Core.Packaging;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Blobs.S3;

/// <summary>
/// The client of one bucket: made when it is first needed, its failures told as <see cref="IOException"/>. A store that has failed costs nobody
/// a wait: it is looked after in the background, for reading and for writing by itself, and asked again when it answers.
/// </summary>
public sealed class S3Bucket : IAsyncDisposable
{
    private const string Read = "read";
    private const string Write = "write";

    private readonly Lazy<AmazonS3Client> _client;
    private readonly SemaphoreSlim _uploads;
    private readonly S3Links _links;
    private readonly S3Gate _reading = new();
    private readonly S3Gate _writing = new();
    private readonly S3Probe _probe;
    private readonly S3Watch _watch;
    private readonly ILogger _logger;
    private volatile bool _takesConditions = true;

    public S3Bucket(S3Options options, TimeProvider time, ILogger<S3Bucket> logger)
    {
        (Options, _logger) = (options, logger);
        _client = new(() => S3Clients.Create(options));
        _uploads = new(options.MaxUploads);
        _links = new S3Links(options, time);
        _probe = new S3Probe(this);
        _watch = new S3Watch(LookAsync, () => Trouble is null, time);
    }

    public S3Options Options { get; }

    /// <summary>What is wrong, until the store is found to answer again; null where nothing is known to be.</summary>
    public string? Trouble => _reading.Trouble ?? _writing.Trouble;

    /// <summary>How long requests take: a read until its body begins, a write to its end.</summary>
    public StoreTimes Times { get; } = new("s3", Read, Write);

    /// <summary>Whether the store knows checksums in the list of parts that completes an upload. Each part has its own in any case.</summary>
    internal bool ListsChecksums { get; set; } = true;

    /// <summary>Objects are named by their digest, spread over 256 prefixes.</summary>
    internal string KeyOf(Sha256Digest digest)
    {
        var name = digest.ToString();
        return $"{Options.Prefix}sha256/{name[..2]}/{name}";
    }

    /// <summary>Asks for something, no longer than <see cref="S3Options.ReadTimeout"/>.</summary>
    /// <exception cref="IOException">The store can't be reached, or refuses: <see cref="S3Refusal"/> where it gave a status, <see cref="S3ClosedException"/> where it failed a moment ago.</exception>
    internal async Task<T> ReadAsync<T>(Func<AmazonS3Client, CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        using var measured = Times.Measure(Read);
        return await GuardAsync(_reading, () => RunAsync(request, Options.ReadTimeout, cancellationToken));
    }

    /// <summary>The same for what changes something, without that limit; few at a time.</summary>
    internal async Task<T> WriteAsync<T>(Func<AmazonS3Client, CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        _writing.Pass();
        await _uploads.WaitAsync(cancellationToken);
        try
        {
            using var measured = Times.Measure(Write);
            return await GuardAsync(_writing, () => RunAsync(request, Timeout.InfiniteTimeSpan, cancellationToken));
        }
        finally
        {
            _uploads.Release();
        }
    }

    /// <summary>Tries at the start whether the bucket can be used as it is set up. One that can't be reached is looked after from then on.</summary>
    /// <returns>Each wrong setting and its remedy, a line each.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await GuardAsync(_reading, () => _probe.ReadAsync(cancellationToken));
            await GuardAsync(_writing, () => _probe.WriteAsync(cancellationToken));
            return [];
        }
        catch (S3Refusal refusal) when (S3Checks.FindProblem(refusal, Options) is { } problem)
        {
            return [problem];
        }
        catch (S3AlteredException) when (Options.UseChunkEncoding)
        {
            return [S3Checks.ChunksKept];
        }
        catch (IOException)
        {
            // Known as the bucket's trouble by now.
            return [];
        }
    }

    /// <summary>
    /// Writes an object that must not be there yet. One that is there is as good: its name is its digest. Stores that don't know the
    /// condition are written to without it.
    /// </summary>
    /// <param name="write">Sends the request, with this value for <c>If-None-Match</c>.</param>
    /// <returns>False where somebody else had written it.</returns>
    internal async Task<bool> CreateAsync(Func<string?, Task> write)
    {
        var condition = _takesConditions ? "*" : null;
        try
        {
            await write(condition);
            return true;
        }
        catch (S3Refusal refusal) when (refusal.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return false;
        }
        catch (S3Refusal refusal) when (refusal.Status is HttpStatusCode.NotImplemented && condition is not null)
        {
            _takesConditions = false;
            await write(null);
            return true;
        }
    }

    /// <summary>An address under which anybody may read an object for five minutes.</summary>
    /// <exception cref="IOException">It can't be signed.</exception>
    internal Task<Uri> SignAsync(string key, CancellationToken cancellationToken) => RunAsync((_, _) => _links.SignAsync(key), Options.ReadTimeout, cancellationToken);

    /// <summary>One request, whatever is known of the store.</summary>
    /// <exception cref="IOException">The store can't be reached, or refuses; <see cref="S3Refusal"/> where it gave a status.</exception>
    internal async Task<T> RunAsync<T>(Func<AmazonS3Client, CancellationToken, Task<T>> request, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        try
        {
            return await request(_client.Value, patience.Token);
        }
        catch (AmazonServiceException e) when (e.StatusCode != 0)
        {
            throw new S3Refusal(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The object store gives no answer{(limit > TimeSpan.Zero ? $" within {limit}" : "")}.", e);
        }
        // The library fails in many ways where an answer is no S3 store's.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new IOException($"The object store can't be reached: {S3Refusal.Plain(e.Message, 200)}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        if (_client.IsValueCreated) _client.Value.Dispose();
        _links.Dispose();
        _uploads.Dispose();
    }

    private async Task<T> GuardAsync<T>(S3Gate gate, Func<Task<T>> request)
    {
        gate.Pass();
        try
        {
            return await request();
        }
        catch (IOException error) when (error is not S3Refusal { IsAnswer: true })
        {
            if (gate.Close(error.Message)) _logger.Failed(error);
            _watch.Begin();
            throw;
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await TryAsync(_reading, _probe.ReadAsync, cancellationToken);
        await TryAsync(_writing, _probe.WriteAsync, cancellationToken);
        if (Trouble is null) _logger.Recovered();
    }

    private static async Task TryAsync(S3Gate gate, Func<CancellationToken, Task<bool>> probe, CancellationToken cancellationToken)
    {
        if (gate.Trouble is null) return;
        try
        {
            await probe(cancellationToken);
            gate.Open();
        }
        catch (IOException error)
        {
            gate.Close(error.Message);
        }
    }
}
