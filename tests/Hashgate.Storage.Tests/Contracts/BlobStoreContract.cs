using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>What every driver of <see cref="IBlobStore"/> does.</summary>
public abstract class BlobStoreContract
{
    protected abstract IBlobStore Store { get; }

    [Fact]
    public async Task Open_what_was_never_published_is_null() =>
        Assert.Null(await Store.OpenAsync(Sha256Digest.Of("nothing"u8), default));

    [Fact]
    public async Task Published_bytes_are_read_back_at_any_offset()
    {
        var bytes = Some(100_000);
        var digest = await PublishAsync(bytes);

        await using var blob = await Store.OpenAsync(digest, default);

        Assert.NotNull(blob);
        Assert.Equal(bytes.Length, blob.Length);
        var middle = new byte[1000];
        Assert.Equal(1000, blob.Read(middle, 50_000));
        Assert.Equal(bytes[50_000..51_000], middle);
        Assert.Equal(500, blob.Read(middle, bytes.Length - 500));
        Assert.Equal(0, blob.Read(middle, bytes.Length));
    }

    [Fact]
    public async Task Empty_file_is_a_blob()
    {
        var digest = await PublishAsync([]);
        await using var blob = await Store.OpenAsync(digest, default);
        Assert.Equal(0, blob?.Length);
    }

    [Fact]
    public async Task Follower_reads_what_was_appended_and_never_more()
    {
        await using var staging = (await Store.StageAsync(null, default))!;
        var buffer = new byte[10];
        Assert.Equal(0, staging.Read(buffer, 0));

        Assert.True(await staging.WriteAsync("hello"u8.ToArray(), default));
        Assert.Equal(5, staging.Read(buffer, 0));
        Assert.Equal("hello"u8.ToArray(), buffer[..5]);

        Assert.True(await staging.WriteAsync(" world"u8.ToArray(), default));
        Assert.Equal(6, staging.Read(buffer, 5));
        Assert.Equal(0, staging.Read(buffer, 11));
        Assert.Equal(0, staging.Read(buffer, 100));
    }

    [Fact]
    public async Task Follower_reads_on_after_publish()
    {
        var bytes = Some(1000);
        await using var staging = (await Store.StageAsync(bytes.Length, default))!;
        await staging.WriteAsync(bytes, default);
        await staging.PublishAsync(Sha256Digest.Of(bytes), default);

        var buffer = new byte[2000];
        Assert.Equal(1000, staging.Read(buffer, 0));
        Assert.Equal(bytes, buffer[..1000]);
    }

    [Fact]
    public async Task Followers_beside_a_writer_see_its_bytes_in_order()
    {
        var bytes = Some(3_000_000);
        await using var staging = (await Store.StageAsync(bytes.Length, default))!;
        var followers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var seen = new byte[bytes.Length];
            for (var at = 0; at < seen.Length;)
            {
                var read = staging.Read(seen.AsSpan(at), at);
                if (read == 0) Thread.Yield();
                at += read;
            }
            return seen;
        })).ToArray();

        for (var at = 0; at < bytes.Length; at += 10_000) await staging.WriteAsync(bytes.AsMemory(at, 10_000), default);

        foreach (var seen in await Task.WhenAll(followers)) Assert.True(seen.AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public async Task Unpublished_staging_leaves_no_blob()
    {
        var bytes = Some(1000);
        await using (var staging = (await Store.StageAsync(bytes.Length, default))!) await staging.WriteAsync(bytes, default);
        Assert.Null(await Store.OpenAsync(Sha256Digest.Of(bytes), default));
    }

    [Fact]
    public async Task Same_bytes_published_twice_are_one_blob()
    {
        var bytes = Some(1000);
        var first = await PublishAsync(bytes);
        var second = await PublishAsync(bytes);
        Assert.Equal(first, second);
        await using var blob = await Store.OpenAsync(first, default);
        Assert.Equal(1000, blob?.Length);
    }

    [Fact]
    public async Task Publish_twice_is_a_bug()
    {
        await using var staging = (await Store.StageAsync(1, default))!;
        await staging.WriteAsync("x"u8.ToArray(), default);
        var digest = Sha256Digest.Of("x"u8);
        await staging.PublishAsync(digest, default);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await staging.PublishAsync(digest, default));
    }

    [Fact]
    public void Mark_irreplaceable_of_an_absent_blob_does_nothing() => Store.MarkIrreplaceable(Sha256Digest.Of("absent"u8));

    protected static byte[] Some(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private async Task<Sha256Digest> PublishAsync(byte[] bytes)
    {
        await using var staging = (await Store.StageAsync(bytes.Length, default))!;
        Assert.True(await staging.WriteAsync(bytes, default));
        var digest = Sha256Digest.Of(bytes);
        await staging.PublishAsync(digest, default);
        return digest;
    }
}
