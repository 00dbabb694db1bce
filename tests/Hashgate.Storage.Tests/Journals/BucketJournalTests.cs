using System.IO.Compression;
using System.Net;
using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Journals;

namespace Hashgate.Storage.Tests.Journals;

/// <summary>What is read from a bucket is anybody's who may write there.</summary>
public sealed class BucketJournalTests : IAsyncTest
{
    private JournalRig _rig = null!;

    public async Task InitializeAsync()
    {
        _rig = await JournalRig.StartAsync();
        await _rig.AppendAndSendAsync(5);
        await _rig.AppendAndSendAsync(5);
    }

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData("not packed")]
    [InlineData("other lines")]
    [InlineData("cut off")]
    [InlineData("longer")]
    [InlineData("gone")]
    public async Task Object_that_is_not_what_its_name_says_is_named(string damage)
    {
        var name = _rig.Chunks[1];
        var journal = Assert.Single(await _rig.Shared.OpenAsync(default));
        var lines = Unpack(_rig.Store.Objects[name]);
        if (damage == "gone") _rig.Store.Remove(name);
        else
            _rig.Store.Replace(name, damage switch
            {
                "not packed" => lines,
                "other lines" => Pack([.. lines.Reverse()]),
                "cut off" => Pack(lines[..^10]),
                _ => Pack([.. lines, .. new byte[50 << 20]]),
            });
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => JournalRig.ReadAsync(journal));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains("Remove that object", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oops")]
    [InlineData("null")]
    [InlineData("{\"store\":1,\"high\":1,\"through\":1}")]
    [InlineData("{\"store\":\"a b\",\"high\":1,\"through\":1}")]
    [InlineData("{\"store\":\"s\",\"through\":1}")]
    [InlineData("{\"store\":\"s\",\"high\":-1,\"through\":1}")]
    [InlineData("{\"store\":\"s\",\"high\":[1,2],\"through\":1}")]
    public async Task Damaged_head_is_named(string head)
    {
        var name = _rig.Store.Objects.Keys.Single(k => k.Contains("/heads/", StringComparison.Ordinal));
        _rig.Store.Replace(name, Encoding.UTF8.GetBytes(head));
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _rig.Shared.ReadHeadsAsync(default));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_without_a_head_are_read_by_what_they_say()
    {
        _rig.Store.Remove(_rig.Store.Objects.Keys.Single(k => k.Contains("/heads/", StringComparison.Ordinal)));
        var journal = Assert.Single(await _rig.Shared.OpenAsync(default));
        Assert.Equal(("store", 10L), (journal.Identity, journal.HighestSequence.Total));
        await _rig.AssertSentAsync("one");
    }

    [Fact]
    public async Task Other_names_are_passed_over()
    {
        var replica = new string('a', 32);
        var chunk = new JournalChunk(1, 0, 5, Sha256Digest.Of("12345"u8)).Name;
        string[] names =
        [
            "x", replica, $"{replica}/", $"{replica}/x", $"{replica}/../{chunk}", $"{new string('A', 32)}/{chunk}", $"{replica}/{chunk}.gz", $"{replica}/{chunk.Replace("000005-", "9999999-", StringComparison.Ordinal)}",
            $"{replica}/{chunk.Replace("-000000000005-", "-000099999999-", StringComparison.Ordinal)}", $"{replica}/{chunk.Replace("00000001-", "00000000-", StringComparison.Ordinal)}", $"{replica}/{chunk.Replace("00000001-", "0000001 -", StringComparison.Ordinal)}",
            "heads/", "heads/x", $"heads/{replica}/x", $"heads/{replica}x",
        ];
        foreach (var name in names) _rig.Store.Replace("some/journals/" + name, [1]);
        Assert.Single(await _rig.Shared.ReadHeadsAsync(default));
        await _rig.AssertSentAsync("one");
    }

    [Fact]
    public async Task Store_that_is_away_is_said_to_be()
    {
        _rig.Store.Fault = _ => HttpStatusCode.Forbidden;
        Assert.Contains("403", (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _rig.Shared.ReadHeadsAsync(default))).Message, StringComparison.Ordinal);
        Assert.Contains("403", (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _rig.Shared.OpenAsync(default))).Message, StringComparison.Ordinal);
    }

    private static byte[] Pack(byte[] lines)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress)) gzip.Write(lines);
        return packed.ToArray();
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var lines = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress)) gzip.CopyTo(lines);
        return lines.ToArray();
    }
}
