using Hashgate.Core.Packaging;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>Pages that are well formed and say too little, too much or the wrong thing.</summary>
public sealed class PageClaimTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("md5")]
    public async Task File_without_a_sha256_is_refused(string? only)
    {
        await using var rig = await FaultRig.StartAsync(arrange: (_, file) =>
        {
            file.Hashes.Clear();
            if (only is not null) file.Hashes[only] = Convert.ToHexStringLower(TestWheel.Noise(16, 5));
        });
        var answer = await rig.GetAsync();
        Assert.Equal((403, "block; rule=no-hash"), (answer.Status, answer.Verdict));
        Assert.Equal(0, rig.Index.Requests.Count(rig.File.Path));
        Assert.Null(await rig.RecordAsync());
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task File_without_a_sha256_that_settings_allow_is_recorded_by_its_content()
    {
        await using var rig = await FaultRig.StartAsync(
            settings: new Dictionary<string, string?> { ["Policy:Rules:no-hash:AllowFirstUse"] = "true" },
            arrange: (_, file) => file.Hashes.Clear());
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        Assert.Equal(Sha256Digest.Of(rig.Genuine), (await rig.RecordAsync())!.Sha256);

        // Other bytes under the same name, of the same length, with the first ones gone from the cache.
        rig.Index.Faults.Always(rig.File.Path, Fault.Tamper());
        foreach (var blob in new DirectoryInfo(Path.Combine(rig.Hashgate.DataDirectory, "blobs")).EnumerateFiles("*", SearchOption.AllDirectories)) blob.Delete();
        await rig.GetPageLaterAsync();
        var answer = await rig.GetAsync();
        Assert.Equal((403, "block; rule=hash-mismatch"), (answer.Status, answer.Verdict));
        await rig.AssertRecoversAsync();
    }

    [Fact]
    public async Task Filename_of_another_project_is_dropped_and_takes_no_record()
    {
        await using var rig = await FaultRig.StartAsync(arrange: (_, file) => file.Project.Add(TestWheel.Build("beta", "9.9")));
        var foreign = rig.File.Project.Files[^1];
        Assert.DoesNotContain("beta", (await rig.GetPageAsync()).Text, StringComparison.Ordinal);
        Assert.Contains((await rig.GetAsync(foreign.Path)).Status, (int[])[403, 404]);
        Assert.Equal(0, rig.Index.Requests.Count(foreign.Path));

        var own = rig.Index.Add(TestWheel.Build("beta", "9.9", text: "beta's own"));
        rig.Clock.Skip(TimeSpan.FromMinutes(30));
        Assert.Equal(own.Bytes, (await rig.GetAsync(own.Path)).Body);
        await rig.AssertUnhurtAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    public async Task Html_index_without_sizes_is_proven_first(int padding)
    {
        // Such an index tells no upload times either, so that everything of it is new.
        var settings = new Dictionary<string, string?> { ["Files:VerifyFirstBytes"] = "8192", ["Files:HoldBackBytes"] = "4096", ["Policy:Rules:minimum-age:Mode"] = "off" };
        await using var rig = await FaultRig.StartAsync(padding, settings, (index, _) => index.HtmlOnly = true);
        rig.Index.Faults.Once(rig.File.Path, Fault.Junk(100_000));
        var refused = await rig.GetAsync();
        Assert.Equal((403, "block; rule=hash-mismatch"), (refused.Status, refused.Verdict));
        await rig.AssertRecoversAsync();
    }

    [Fact]
    public async Task Core_metadata_that_contradicts_its_wheel_is_offered_no_more()
    {
        await using var rig = await FaultRig.StartAsync(arrange: (_, file) =>
        {
            file.Metadata = "Metadata-Version: 2.1\nName: alpha\nVersion: 1.0\nRequires-Dist: evil\n"u8.ToArray();
            file.ClaimBytes();
        });
        Assert.Contains("core-metadata", (await rig.GetPageAsync()).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await rig.GetAsync()).Status);
        await rig.GetPageUntilAsync(page => !page.Text.Contains(rig.File.CoreMetadata!, StringComparison.Ordinal));
        Assert.Equal(404, (await rig.GetAsync(rig.File.Path + ".metadata")).Status);
        Assert.True(await rig.HasEventAsync("hash-mismatch", "METADATA"));
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Young_file_that_disappears_is_held_and_comes_back_under_its_record()
    {
        await using var rig = await FaultRig.StartAsync(arrange: (_, file) => file.UploadTime = DateTimeOffset.UtcNow.AddDays(-10));
        Assert.Equal(200, (await rig.GetAsync()).Status);
        lock (rig.File.Project.Files) rig.File.Project.Files.Remove(rig.File);
        Assert.Contains(rig.File.Filename, (await rig.GetPageLaterAsync()).Text, StringComparison.Ordinal);
        var held = await rig.GetAsync();
        Assert.Equal(403, held.Status);
        Assert.StartsWith("hold; rule=removed-upstream; until=", held.Verdict, StringComparison.Ordinal);
        Assert.True(await rig.HasEventAsync("removed"));

        var back = rig.File.Project.Add(TestWheel.Build("alpha", "1.0", text: "another"));
        await rig.GetPageLaterAsync();
        Assert.Equal(rig.Genuine, (await rig.GetAsync(back.Path)).Body);
        await rig.AssertUnhurtAsync();
    }
}
