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
        var run = await InstallAsync(pinned);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("Blocked by Hashgate: malware: MAL-2026-1: ", run.Output, StringComparison.Ordinal);
    }

    private static async Task<ClientHome> ProjectAsync(RunningHashgate hashgate, string wanted = "*")
    {
        var home = new ClientHome();
        await File.WriteAllTextAsync(home.Sub("Pipfile"), $"""
            [[source]]
            name = "hashgate"
            url = "{new Uri(hashgate.Url, "simple/")}"
            verify_ssl = false

            [packages]
            alpha = "{wanted}"

            """);
        return home;
    }

    private static Task<ClientRun> InstallAsync(ClientHome home) =>
        home.RunAsync("/usr/bin/pipenv", ["install"], new Dictionary<string, string>
        {
            ["PIPENV_VENV_IN_PROJECT"] = "1",
            ["PIPENV_NOSPIN"] = "1",
            ["PIPENV_YES"] = "1",
            ["PIPENV_DEFAULT_PYTHON_VERSION"] = Pip.Debian,
        });
}
