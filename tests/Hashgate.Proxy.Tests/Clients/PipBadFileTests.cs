using System.Net;
using System.Net.Http.Headers;
using Hashgate.Core.Events;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>Files that are not what was promised: pip installs nothing of them, and its own output says why.</summary>
[Trait("Needs", "clients")]
public sealed class PipBadFileTests
{
    private const int Large = 3_000_000;

    /// <summary>A small verify-first size, so that a few megabytes are a large file.</summary>
    private static readonly Dictionary<string, string?> LargeFromOneMegabyte = new() { ["Files:VerifyFirstBytes"] = "1000000" };

    public static TheoryData<string> Pips => Pip.Each;

    [Theory, MemberData(nameof(Pips))]
    public async Task A_tampered_file_is_refused_in_pips_own_output(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        index.Faults.Always(file.Path, Fault.Tamper());
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var pip = new Pip(python);
        var run = (await pip.InstallAsync(hashgate, "alpha")).Failed().Explained(hashgate.Url, "hash-mismatch", "alpha");
        Assert.Equal(1, run.ExitCode);
        pip.AssertNothingInstalled();
        Assert.Contains(await hashgate.EventsAsync(), e => e.Kind == EventKinds.HashMismatch && e.Filename == file.Filename);
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task A_tampered_release_is_explained_when_pinned_and_stepped_back_from_when_not(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        var file = index.Add(TestWheel.Build("alpha", "2.0"));
        index.Faults.Always(file.Path, Fault.Tamper());
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var pip = new Pip(python);
        (await pip.InstallAsync(hashgate, "alpha==2.0")).Failed().Explained(hashgate.Url, "hash-mismatch", "alpha", "2.0");
        pip.AssertNothingInstalled();
        // The failed proof stands on the page by now.
        (await pip.InstallAsync(hashgate, "alpha")).Succeeded();
        Assert.Equal("1.0", pip.VersionOf("alpha"));
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task Tampered_core_metadata_is_refused_and_no_way_round_the_proof(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        index.Faults.Always(file.Path + ".metadata", Fault.Tamper());
        index.Faults.Always(file.Path, Fault.Tamper());
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var pip = new Pip(python);
        (await pip.InstallAsync(hashgate, "alpha")).Failed().Explained(hashgate.Url, "hash-mismatch", "alpha");
        pip.AssertNothingInstalled();
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task A_large_tampered_file_breaks_off_and_is_explained_from_then_on(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0", padding: Large));
        var gate = new Gate();
        index.Faults.Always(file.Path, Fault.Tamper().And(Fault.HoldBody(Large / 2, gate)));
        await using var hashgate = await RunningHashgate.StartAsync(index, LargeFromOneMegabyte);

        using var pip = new Pip(python);
        var first = pip.InstallAsync(hashgate, "alpha");
        await gate.Reached;
        // Whoever follows the growing file has its first bytes once this reader has them too.
        var (got, broke) = await FollowAsync(hashgate, file, gate);
        Assert.True(broke && got < file.Bytes.Length - 1, $"{got} of {file.Bytes.Length} bytes came, broken off: {broke}");
        Assert.NotEqual(0, (await first).ExitCode);
        pip.AssertNothingInstalled();

        (await pip.InstallAsync(hashgate, "alpha")).Failed().Explained(hashgate.Url, "hash-mismatch", "alpha");
        pip.AssertNothingInstalled();

        // What newer pips send after a body that broke off.
        foreach (var condition in (EntityTagHeaderValue?[])[null, new EntityTagHeaderValue($"\"{file.Hashes["sha256"]}\"")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, file.Path[1..]);
            request.Headers.Range = new RangeHeaderValue(got, null);
            if (condition is not null) request.Headers.IfRange = new RangeConditionHeaderValue(condition);
            using var answer = await hashgate.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.StartsWith("Blocked by Hashgate: hash-mismatch: ", answer.ReasonPhrase, StringComparison.Ordinal);
            Assert.EndsWith($"; see {hashgate.Url}why/alpha/1.0", answer.ReasonPhrase, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// A zip reader takes a wheel with bytes behind it for a whole wheel, so a cut anywhere in the junk would install; pip is given the
    /// file's address, hence no digest of its own to hold it against.
    /// </summary>
    [Theory]
    [InlineData(0, "none")]
    [InlineData(0, "size")]
    [InlineData(0, "no size")]
    [InlineData(0, "size and hash")]
    [InlineData(Large, "none")]
    [InlineData(Large, "size")]
    [InlineData(Large, "no size")]
    [InlineData(Large, "size and hash")]
    public async Task A_valid_wheel_with_junk_behind_it_is_never_installed(int padding, string lie)
    {
        await using var index = await FakeIndex.StartAsync();
        var wheel = TestWheel.Build("alpha", "1.0", padding);
        var file = index.Add(wheel);
        await using var hashgate = await RunningHashgate.StartAsync(index, new Dictionary<string, string?>(LargeFromOneMegabyte) { ["Upstreams:pypi:RefreshAfter"] = "00:00:00.001" });
        // The genuine digest is on record before the index turns bad.
        using (var page = await hashgate.Client.GetAsync("simple/alpha/")) Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        file.Bytes = wheel.WithJunk(100_000).Bytes;
        if (lie == "size") file.Size = file.Bytes.Length;
        if (lie == "no size") file.Size = null;
        if (lie == "size and hash") file.ClaimBytes();

        using var pip = new Pip(Pip.Debian);
        foreach (var what in (string[])["alpha", new Uri(hashgate.Url, file.Path).AbsoluteUri, "alpha"])
        {
            Assert.NotEqual(0, (await pip.InstallAsync(hashgate, what)).ExitCode);
            pip.AssertNothingInstalled();
        }
        (await pip.InstallAsync(hashgate, "alpha")).Failed().Explained(hashgate.Url, lie == "size and hash" ? "hash-changed" : "hash-mismatch", "alpha");
    }

    /// <summary>Follows a growing file, opens the gate when its first bytes are here, and says how many came and whether it broke off.</summary>
    private static async Task<(long Got, bool Broke)> FollowAsync(RunningHashgate hashgate, FakeFile file, Gate gate)
    {
        using var answer = await hashgate.Client.GetAsync(file.Path[1..], HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[64 << 10];
        var got = 0L;
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(buffer);
                gate.Open();
                if (read == 0) return (got, false);
                got += read;
            }
        }
        catch (IOException)
        {
            return (got, true);
        }
    }
}
