using System.Globalization;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>Debian's poetry 1.3.2, which asks for whatever there is and reads HTML.</summary>
[Trait("Needs", "clients")]
public sealed class PoetryTests
{
    private const string Poetry = "/usr/bin/poetry";

    [Fact]
    public async Task Install_locks_and_installs_a_project_and_what_it_requires()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0", requires: "beta (>=1)"));
        index.Add(TestWheel.Build("beta", "1.5"));
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var home = await ProjectAsync(hashgate, "*");
        (await InstallAsync(home)).Succeeded();
        (await home.RunAsync(home.Sub(".venv/bin/python"), ["-c", "import alpha, beta; assert alpha.TEXT == 'genuine'"])).Succeeded();
        Assert.Contains("sha256:" + file.Hashes["sha256"], await File.ReadAllTextAsync(home.Sub("poetry.lock")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_passes_a_yanked_release_over()
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        index.Add(TestWheel.Build("alpha", "2.0")).Yanked = "it eats files";
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var home = await ProjectAsync(hashgate, "*");
        (await InstallAsync(home)).Succeeded();
        (await home.RunAsync(home.Sub(".venv/bin/python"), ["-c", "import alpha; assert alpha.__version__ == '1.0'"])).Succeeded();
    }

    [Fact]
    public async Task Install_of_a_tampered_file_shows_the_refusal()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        index.Faults.Always(file.Path, Fault.Tamper());
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var home = await ProjectAsync(hashgate, "1.0");
        var run = await InstallAsync(home);
        Assert.NotEqual(0, run.ExitCode);
        var said = Said(run);
        Assert.Contains("BlockedbyHashgate:hash-mismatch:", said, StringComparison.Ordinal);
        Assert.Contains($"see{hashgate.Url}why/alpha/1.0", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_passes_a_malicious_release_over_and_explains_a_pinned_one()
    {
        await using var release = await MaliciousRelease.StartAsync();
        using var free = await ProjectAsync(release.Hashgate, "*");
        (await InstallAsync(free)).Succeeded();
        (await free.RunAsync(free.Sub(".venv/bin/python"), ["-c", "import alpha; assert alpha.__version__ == '1.0'"])).Succeeded();

        using var pinned = await ProjectAsync(release.Hashgate, "2.0");
        AssertExplained(await InstallAsync(pinned), "MAL-2026-1");
    }

    [Fact]
    public async Task Install_of_a_range_that_only_a_malicious_release_fits_finds_nothing()
    {
        await using var release = await MaliciousRelease.StartAsync();
        using var home = await ProjectAsync(release.Hashgate, ">=2.0");
        var run = await InstallAsync(home);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("doesn'tmatchanyversions", Said(run), StringComparison.Ordinal);
        run.AssertPrintable();
    }

    /// <summary>Its lock file has the digest of the malicious file: that one, or none.</summary>
    [Fact]
    public async Task Install_from_a_lock_file_of_before_the_advisory_is_explained()
    {
        await using var release = await MaliciousRelease.StartAsync();
        using var home = await ProjectAsync(release.Hashgate, "*");
        await release.BeforehandAsync(async () => (await RunAsync(home, "lock")).Succeeded());
        Assert.Contains(release.Bad.Hashes["sha256"], await File.ReadAllTextAsync(home.Sub("poetry.lock")), StringComparison.Ordinal);
        AssertExplained(await InstallAsync(home), "MAL-2026-1");
    }

    [Fact]
    public async Task Install_of_a_project_that_is_malicious_as_a_whole_is_explained()
    {
        await using var release = await MaliciousRelease.StartAsync();
        using var home = await ProjectAsync(release.Hashgate, "*", "ghost");
        AssertExplained(await InstallAsync(home), "MAL-2026-2");
    }

    private static void AssertExplained(ClientRun run, string advisory)
    {
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains($"BlockedbyHashgate:malware:{advisory}:", Said(run), StringComparison.Ordinal);
        run.AssertPrintable();
    }

    /// <summary>It breaks lines in the middle of words.</summary>
    private static string Said(ClientRun run) => string.Concat(run.Output.Where(c => !char.IsWhiteSpace(c)));

    internal static async Task<ClientHome> ProjectAsync(RunningHashgate hashgate, string wanted, string project = "alpha")
    {
        var home = new ClientHome();
        await File.WriteAllTextAsync(home.Sub("pyproject.toml"), string.Create(CultureInfo.InvariantCulture, $"""
            [tool.poetry]
            name = "sample"
            version = "0.1.0"
            description = ""
            authors = []

            [tool.poetry.dependencies]
            python = "^3.9"
            {project} = "{wanted}"

            [[tool.poetry.source]]
            name = "hashgate"
            url = "{new Uri(hashgate.Url, "simple/")}"
            default = true

            """));
        return home;
    }

    private static Task<ClientRun> InstallAsync(ClientHome home) => RunAsync(home, "install", "--no-root");

    private static Task<ClientRun> RunAsync(ClientHome home, params string[] arguments) => RunAsync(home, new Dictionary<string, string>(), arguments);

    internal static Task<ClientRun> RunAsync(ClientHome home, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        home.RunAsync(Poetry, [.. arguments, "--no-interaction", "--no-ansi"], new Dictionary<string, string>(environment)
        {
            ["POETRY_VIRTUALENVS_IN_PROJECT"] = "true",
            // Without this it asks the desktop's keyring, which waits for somebody to unlock it.
            ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring",
        });
}
