namespace Hashgate.Proxy.Tests.Clients;

/// <summary>What people see when an advisory names the release that they ask for, and when they leave pip the choice.</summary>
[Trait("Needs", "clients")]
public sealed class PipMaliciousReleaseTests : IAsyncLifetime
{
    private MaliciousRelease _release = null!;

    public static TheoryData<string> Pips => Pip.Each;

    public async Task InitializeAsync() => _release = await MaliciousRelease.StartAsync();

    public async Task DisposeAsync() => await _release.DisposeAsync();

    [Theory, MemberData(nameof(Pips))]
    public async Task Unpinned_install_takes_the_last_good_release_in_silence(string python)
    {
        using var pip = new Pip(python);
        (await pip.InstallAsync(_release.Hashgate, "alpha")).Succeeded().Without("Hashgate");
        Assert.Equal("1.0", pip.VersionOf("alpha"));
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task Pinned_install_is_refused_with_the_advisory(string python) => await AssertExplainedAsync(python, "MAL-2026-1", "alpha/2.0", "alpha==2.0");

    [Theory, MemberData(nameof(Pips))]
    public async Task Install_with_required_hashes_is_refused_with_the_advisory(string python)
    {
        var requirements = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(requirements, $"alpha==2.0 --hash=sha256:{_release.Bad.Hashes["sha256"]}\n");
            await AssertExplainedAsync(python, "MAL-2026-1", "alpha/2.0", "--require-hashes", "-r", requirements);
        }
        finally
        {
            File.Delete(requirements);
        }
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task Project_that_is_refused_as_a_whole_is_explained(string python) => await AssertExplainedAsync(python, "MAL-2026-2", "ghost/1.0", "ghost");

    [Theory, MemberData(nameof(Pips))]
    public async Task Range_that_only_the_refused_release_fits_finds_nothing(string python)
    {
        using var pip = new Pip(python);
        // pip 22.0 to 23.2 passes yanked releases over without a word here.
        (await pip.InstallAsync(_release.Hashgate, "alpha>=2.0")).Failed().With("No matching distribution found for alpha>=2.0");
        pip.AssertNothingInstalled();
    }

    private async Task AssertExplainedAsync(string python, string advisory, string why, params string[] arguments)
    {
        using var pip = new Pip(python);
        var run = (await pip.InstallAsync(_release.Hashgate, arguments)).Failed().With($"Blocked by Hashgate: malware: {advisory}: ").With($"; see {_release.Hashgate.Url}why/{why}");
        pip.AssertNothingInstalled();
        run.AssertPrintable();
    }
}
