using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>What people do with pip every day, and what they see when a release was yanked, mistaken or quarantined.</summary>
[Trait("Needs", "clients")]
public sealed class PipInstallTests
{
    public static TheoryData<string> Pips => Pip.Each;

    [Fact]
    public async Task Debians_pip_is_the_one_that_bookworm_ships()
    {
        using var pip = new Pip(Pip.Debian);
        Assert.StartsWith("pip 23.0.1 from /usr/lib/python3/dist-packages", (await pip.RunAsync("--version")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task Install_fetches_a_project_and_what_it_requires(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        var latest = index.Add(TestWheel.Build("alpha", "2.0", requires: "beta>=1"));
        var required = index.Add(TestWheel.Build("beta", "1.5"));
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var pip = new Pip(python);
        (await pip.InstallAsync(hashgate, "alpha")).Succeeded();
        Assert.Equal(("2.0", "1.5"), (pip.VersionOf("alpha"), pip.VersionOf("beta")));
        (await pip.PythonAsync("import alpha, beta; assert alpha.TEXT == 'genuine'")).Succeeded();

        using var colleague = new Pip(python);
        (await colleague.InstallAsync(hashgate, "alpha")).Succeeded();
        Assert.All([latest, required], file => Assert.Equal(1, index.Requests.Count(file.Path)));
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task Download_keeps_the_very_bytes_of_the_index(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        var small = index.Add(TestWheel.Build("alpha", "1.0"));
        var large = index.Add(TestWheel.Build("beta", "1.0", padding: 9 << 20));
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var pip = new Pip(python);
        (await pip.DownloadAsync(hashgate, "alpha", "beta")).Succeeded();
        foreach (var file in (FakeFile[])[small, large]) Assert.Equal(file.Bytes, await File.ReadAllBytesAsync(Path.Combine(pip.Home.Sub("downloaded"), file.Filename)));
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task Install_with_required_hashes_takes_the_right_one_only(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var pip = new Pip(python);
        await File.WriteAllTextAsync(pip.Home.Sub("wrong.txt"), $"alpha==1.0 --hash=sha256:{new string('0', 64)}\n");
        await File.WriteAllTextAsync(pip.Home.Sub("right.txt"), $"alpha==1.0 --hash=sha256:{file.Hashes["sha256"]}\n");
        (await pip.InstallAsync(hashgate, "--require-hashes", "-r", "wrong.txt")).Failed().With("Got        " + file.Hashes["sha256"]);
        pip.AssertNothingInstalled();
        (await pip.InstallAsync(hashgate, "--require-hashes", "-r", "right.txt")).Succeeded();
        Assert.Equal("1.0", pip.VersionOf("alpha"));
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task A_yanked_release_is_passed_over_unless_it_is_pinned(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        index.Add(TestWheel.Build("alpha", "2.0")).Yanked = "it eats files";
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var unpinned = new Pip(python);
        (await unpinned.InstallAsync(hashgate, "alpha")).Succeeded();
        Assert.Equal("1.0", unpinned.VersionOf("alpha"));

        using var pinned = new Pip(python);
        (await pinned.InstallAsync(hashgate, "alpha==2.0")).Succeeded().With("Reason for being yanked: it eats files");
        Assert.Equal("2.0", pinned.VersionOf("alpha"));
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task A_quarantined_project_is_explained_with_and_without_files(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        foreach (var name in (string[])["alpha", "empty"]) (index.Project(name).Status, index.Project(name).StatusReason) = ("quarantined", "malware was found");
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var pip = new Pip(python);
        const string phrase = "Blocked by Hashgate: upstream-quarantined: pypi quarantined the project: malware was found; see ";
        (await pip.InstallAsync(hashgate, "alpha")).Failed().With($"{phrase}{hashgate.Url}why/alpha/1.0");
        (await pip.InstallAsync(hashgate, "empty")).Failed().With($"{phrase}{hashgate.Url}why/empty");
        pip.AssertNothingInstalled();
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task A_project_that_nobody_has_is_pips_own_plain_message(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        await using var hashgate = await RunningHashgate.StartAsync(index);
        using var pip = new Pip(python);
        (await pip.InstallAsync(hashgate, "alpha")).Failed().With("No matching distribution found for alpha");
    }
}
