using System.Net;
using System.Net.Http.Headers;
using Hashgate.Core.Packaging;
using Hashgate.Proxy.Tests.Clients;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Replicas;

/// <summary>Clients that are sent to the object store, where an operator has accepted what that gives up.</summary>
[Trait("Needs", "redis")]
public sealed class RedirectTests
{
    private static readonly (string, string) Allowed = ("Blobs:Redirect", "true");

    [Fact]
    public async Task Proven_file_that_a_replica_does_not_have_is_taken_from_the_store()
    {
        await using var rig = await StartAsync();
        var file = await ShareAsync(rig);
        using var answer = await rig[1].Client.GetAsync(file.Path);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        var address = answer.Headers.Location!;
        Assert.Equal($"{rig.Store.Url}blobs/{rig.Shared.Keys.Single()}", address.GetLeftPart(UriPartial.Path));
        // The library rounds up what is left of the five minutes.
        Assert.Contains("X-Amz-Expires=30", address.Query, StringComparison.OrdinalIgnoreCase);
        using var stranger = new HttpClient();
        Assert.Equal(Sha256Digest.Of(file.Bytes), Sha256Digest.Of(await stranger.GetByteArrayAsync(address)));
        Assert.Equal(1, rig.Index.Requests.Count(file.Path));
    }

    [Fact]
    public async Task Ranges_and_heads_are_answered_from_here()
    {
        await using var rig = await StartAsync();
        var file = await ShareAsync(rig);
        using var head = await rig[1].Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, file.Path));
        Assert.Equal((HttpStatusCode.OK, file.Bytes.LongLength), (head.StatusCode, head.Content.Headers.ContentLength));
        using var ranged = await rig[1].Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, file.Path) { Headers = { Range = new RangeHeaderValue(10, 19) } });
        Assert.Equal(HttpStatusCode.OK, ranged.StatusCode);
        Assert.Equal(file.Bytes, await ranged.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Who_has_the_file_serves_it()
    {
        await using var rig = await StartAsync();
        await ReplicaRig.AssertServedAsync(rig[0], await ShareAsync(rig));
    }

    [Fact]
    public async Task File_that_is_not_or_not_whole_in_the_store_is_served_from_here()
    {
        await using var rig = await StartAsync();
        var file = await ShareAsync(rig);
        rig.Store.Replace(rig.Shared.Keys.Single(), file.Bytes[..^1]);
        await ReplicaRig.AssertServedAsync(rig[1], file);
    }

    [Fact]
    public async Task File_that_nobody_has_proven_is_served_from_here()
    {
        await using var rig = await StartAsync();
        var file = rig.Add("new", 1000);
        rig.Store.Replace($"sha256/{Sha256Digest.Of(file.Bytes).ToString()[..2]}/{Sha256Digest.Of(file.Bytes)}", file.Bytes);
        await ReplicaRig.AssertServedAsync(rig[1], file);
    }

    [Fact]
    [Trait("Needs", "clients")]
    public async Task Pip_installs_from_the_store()
    {
        await using var rig = await StartAsync();
        var file = await ShareAsync(rig, rig.Index.Add(TestWheel.Build("proven", "1.0")));
        using var pip = new Pip(Pip.Debian);
        (await pip.InstallAsync(rig[1], "proven")).Succeeded();
        Assert.Equal("1.0", pip.VersionOf("proven"));
        Assert.Equal(1, rig.Index.Requests.Count(file.Path));
        Assert.Contains(rig.Store.Requests, r => r.StartsWith("GET", StringComparison.Ordinal) && r.Contains("X-Amz-Signature", StringComparison.OrdinalIgnoreCase));
    }

    private static Task<ReplicaRig> StartAsync() => ReplicaRig.StartAsync(2, Allowed);

    /// <summary>A file that the first replica has proven, shared and put on record.</summary>
    private static Task<FakeFile> ShareAsync(ReplicaRig rig) => ShareAsync(rig, rig.Add("proven", 200_000));

    private static async Task<FakeFile> ShareAsync(ReplicaRig rig, FakeFile file)
    {
        await ReplicaRig.AssertServedAsync(rig[0], file);
        await rig.AwaitObjectAsync(file);
        return file;
    }
}
