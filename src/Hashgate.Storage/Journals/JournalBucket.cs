using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using Amazon.S3.Model;
using Hashgate.Storage.Blobs.S3;
using S3Bucket = Hashgate.Storage.Blobs.S3.S3Bucket;

namespace Hashgate.Storage.Journals;

/// <summary>
/// Where replicas keep copies of their journals: below <c>journals/</c> of the bucket, beside the files. Lines are in
/// <c>&lt;replica&gt;/&lt;chunk&gt;</c>, how far each has come in <c>heads/&lt;replica&gt;</c>. What is listed and read there is anybody's who may write to
/// the bucket: other names are passed over, sizes are bounded. What fails here closes no way to the files, nor the other way round.
/// </summary>
public sealed class JournalBucket(S3Bucket bucket)
{
    private const string Heads = "heads/";
    private const int ReplicaDigits = 32;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private S3Options Options => bucket.Options;

    private string Root => Options.Prefix + "journals/";

    /// <summary>A name that no other replica has.</summary>
    internal static string NewReplica() => Guid.NewGuid().ToString("N");

    /// <summary>Whether it is a name as <see cref="NewReplica"/> gives them.</summary>
    internal static bool IsReplica(ReadOnlySpan<char> name) => name.Length == ReplicaDigits && !name.ContainsAnyExcept(Digits);

    /// <summary>The replicas of which there is a head.</summary>
    /// <exception cref="IOException">The store can't be asked.</exception>
    internal async Task<IReadOnlyList<string>> ListHeadsAsync(CancellationToken cancellationToken) =>
        [.. (await ListAsync(Heads, cancellationToken)).Select(name => name[Heads.Length..]).Where(name => IsReplica(name))];

    /// <summary>All chunks, by replica; those of one where it is named.</summary>
    /// <exception cref="IOException">The store can't be asked.</exception>
    internal async Task<ILookup<string, JournalChunk>> ListChunksAsync(string? replica, CancellationToken cancellationToken)
    {
        var found = new List<(string Replica, JournalChunk Chunk)>();
        foreach (var name in await ListAsync(replica is null ? "" : replica + "/", cancellationToken))
        {
            if (name.Length <= ReplicaDigits || name[ReplicaDigits] != '/' || !IsReplica(name.AsSpan(0, ReplicaDigits))) continue;
            if (JournalChunk.TryParse(name.AsSpan(ReplicaDigits + 1), out var chunk)) found.Add((name[..ReplicaDigits], chunk));
        }
        return found.ToLookup(f => f.Replica, f => f.Chunk);
    }

    /// <exception cref="IOException">The store can't be asked or doesn't take it.</exception>
    internal Task WriteChunkAsync(string replica, JournalChunk chunk, Stream packed, CancellationToken cancellationToken) => WriteAsync($"{replica}/{chunk.Name}", packed, cancellationToken);

    /// <exception cref="IOException">The store can't be asked or doesn't take it.</exception>
    internal async Task WriteHeadAsync(string replica, byte[] head, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(head);
        await WriteAsync(Heads + replica, body, cancellationToken);
    }

    /// <summary>The chunk as it was packed.</summary>
    /// <exception cref="IOException">The store can't be asked.</exception>
    /// <exception cref="InvalidDataException">It is larger than any of ours.</exception>
    internal Task<byte[]?> ReadChunkAsync(string replica, JournalChunk chunk, CancellationToken cancellationToken) =>
        ReadAsync($"{replica}/{chunk.Name}", 2 * JournalChunk.MostBytes, cancellationToken);

    /// <summary>A replica's head; null where there is none.</summary>
    /// <exception cref="IOException">The store can't be asked.</exception>
    /// <exception cref="InvalidDataException">It is larger than any of ours.</exception>
    internal Task<byte[]?> ReadHeadAsync(string replica, CancellationToken cancellationToken) => ReadAsync(Heads + replica, JournalChunk.MostBytes, cancellationToken);

    internal async Task RemoveChunkAsync(string replica, JournalChunk chunk, CancellationToken cancellationToken) =>
        await bucket.RunAsync((client, token) => client.DeleteObjectAsync(Options.Bucket, Root + $"{replica}/{chunk.Name}", token), Options.ReadTimeout, cancellationToken);

    /// <summary>What messages call the object.</summary>
    internal string Describe(string replica, JournalChunk? chunk) => $"{Options.Bucket}/{Root}{(chunk is { } lines ? $"{replica}/{lines.Name}" : Heads + replica)}";

    private async Task WriteAsync(string name, Stream body, CancellationToken cancellationToken)
    {
        body.Position = 0;
        var checksum = Convert.ToBase64String(await SHA256.HashDataAsync(body, cancellationToken));
        await bucket.RunAsync(
            (client, token) =>
            {
                body.Position = 0;
                return client.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = Options.Bucket,
                        Key = Root + name,
                        InputStream = body,
                        AutoCloseStream = false,
                        ContentType = "application/octet-stream",
                        ChecksumSHA256 = checksum,
                        UseChunkEncoding = Options.UseChunkEncoding,
                    },
                    token);
            },
            Options.Timeout,
            cancellationToken);
    }

    private async Task<byte[]?> ReadAsync(string name, int most, CancellationToken cancellationToken)
    {
        GetObjectResponse response;
        try
        {
            response = await bucket.RunAsync((client, token) => client.GetObjectAsync(Options.Bucket, Root + name, token), Options.ReadTimeout, cancellationToken);
        }
        catch (S3Refusal refusal) when (refusal.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
        await using var body = new S3Body(response, Options.Timeout);
        using var whole = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (whole.Length + read > most) throw new InvalidDataException("It is larger than any journal's.");
            whole.Write(buffer, 0, read);
        }
        return whole.ToArray();
    }

    /// <summary>The names below a place, behind <see cref="Root"/>.</summary>
    private async Task<IReadOnlyList<string>> ListAsync(string place, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        for (string? after = null; ;)
        {
            var request = new ListObjectsV2Request { BucketName = Options.Bucket, Prefix = Root + place, ContinuationToken = after };
            var answer = await bucket.RunAsync((client, token) => client.ListObjectsV2Async(request, token), Options.ReadTimeout, cancellationToken);
            names.AddRange((answer.S3Objects ?? []).Where(o => o.Key.StartsWith(Root + place, StringComparison.Ordinal)).Select(o => o.Key[Root.Length..]));
            if (answer.IsTruncated != true || answer.NextContinuationToken == after) return names;
            after = answer.NextContinuationToken;
        }
    }
}
