using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>Debian's pipenv 2022.12.19, which brings a pip of its own.</summary>
[Trait("Needs", "clients")]
public sealed class PipenvTests
{
    [Fact]
    public async Task Install_locks_and_installs_a_project_and_what_it_requires()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0", requires: "beta"));
        index.Add(TestWheel.Build("beta", "1.5"));
        index.AddFolder("/usr/share/python-wheels");
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var home = await ProjectAsync(hashgate);
        (await InstallAsync(home)).Succeeded();
        (await home.RunAsync(home.Sub(".venv/bin/python"), ["-c", "import alpha, beta; assert alpha.TEXT == 'genuine'"])).Succeeded();
        Assert.Contains("sha256:" + file.Hashes["sha256"], await File.ReadAllTextAsync(home.Sub("Pipfile.lock")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_of_a_tampered_file_shows_the_refusal()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        index.Faults.Always(file.Path, Fault.Tamper());
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var home = await ProjectAsync(hashgate);
        var run = await InstallAsync(home);
        Assert.NotEqual(0, run.ExitCode);
        run.Explained(hashgate.Url, "hash-mismatch", "alpha");
    }

    [Fact]
    public async Task Install_passes_a_malicious_release_over_and_explains_a_pinned_one()
    {
        await using var release = await MaliciousRelease.StartAsync();
        release.Index.AddFolder("/usr/share/python-wheels");
        using var free = await ProjectAsync(release.Hashgate);
        (await InstallAsync(free)).Succeeded();
        (await free.RunAsync(free.Sub(".venv/bin/python"), ["-c", "import alpha; assert alpha.__version__ == '1.0'"])).Succeeded();

        using var pinned = await ProjectAsync(release.Hashgate, "==2.0");
        AssertExplained(await InstallAsync(pinned), "MAL-2026-1");
    }

    [Fact]
    public async Task Install_of_a_range_that_only_a_malicious_release_fits_finds_nothing()
    {
        await using var release = await MaliciousRelease.StartAsync();
        release.Index.AddFolder("/usr/share/python-wheels");
        using var home = await ProjectAsync(release.Hashgate, ">=2.0");
        var run = await InstallAsync(home);
        Assert.NotEqual(0, run.ExitCode);
        run.With("No matching distribution found for alpha>=2.0").AssertUnsteered();
    }

    /// <summary>Its lock file has the digest of the malicious file: pip gets it with <c>--require-hashes</c>.</summary>
    [Fact]
    public async Task Install_from_a_lock_file_of_before_the_advisory_is_explained()
    {
        await using var release = await MaliciousRelease.StartAsync();
        release.Index.AddFolder("/usr/share/python-wheels");
        using var home = await ProjectAsync(release.Hashgate);
        await release.BeforehandAsync(async () => (await RunAsync(home, "lock")).Succeeded());
        Assert.Contains(release.Bad.Hashes["sha256"], await File.ReadAllTextAsync(home.Sub("Pipfile.lock")), StringComparison.Ordinal);
        AssertExplained(await RunAsync(home, "sync"), "MAL-2026-1");
    }

    [Fact]
    public async Task Install_of_a_project_that_is_malicious_as_a_whole_is_explained()
    {
        await using var release = await MaliciousRelease.StartAsync();
        release.Index.AddFolder("/usr/share/python-wheels");
        using var home = await ProjectAsync(release.Hashgate, project: "ghost");
        AssertExplained(await InstallAsync(home), "MAL-2026-2");
    }

    private static void AssertExplained(ClientRun run, string advisory)
    {
        Assert.NotEqual(0, run.ExitCode);
        run.With($"Blocked by Hashgate: malware: {advisory}: ").AssertUnsteered();
    }

    internal static async Task<ClientHome> ProjectAsync(RunningHashgate hashgate, string wanted = "*", string project = "alpha")
    {
        var home = new ClientHome();
        await File.WriteAllTextAsync(home.Sub("Pipfile"), $"""
            [[source]]
            name = "hashgate"
            url = "{new Uri(hashgate.Url, "simple/")}"
            verify_ssl = false

            [packages]
            {project} = "{wanted}"

            """);
        return home;
    }

    private static Task<ClientRun> InstallAsync(ClientHome home) => RunAsync(home, "install");

    internal static Task<ClientRun> RunAsync(ClientHome home, string command, params (string Name, string Value)[] environment) =>
        home.RunAsync("/usr/bin/pipenv", [command], new Dictionary<string, string>(environment.Select(e => KeyValuePair.Create(e.Name, e.Value)))
        {
            ["PIPENV_VENV_IN_PROJECT"] = "1",
            ["PIPENV_NOSPIN"] = "1",
            ["PIPENV_YES"] = "1",
            ["PIPENV_DEFAULT_PYTHON_VERSION"] = Pip.Debian,
        });
}
