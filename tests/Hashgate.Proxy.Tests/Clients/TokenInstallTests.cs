using Hashgate.Proxy.Tests.AccessRules;
using Hashgate.Proxy.Tests.ClientTokens;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>Every client installs with a token, page and file, and none leaves it where others read it.</summary>
[Trait("Needs", "clients")]
public sealed class TokenInstallTests : IAsyncLifetime
{
    private FakeIndex _index = null!;
    private RunningHashgate _hashgate = null!;
    private string _token = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _index.Add(TestWheel.Build("alpha", "1.0", requires: "beta"));
        _index.Add(TestWheel.Build("beta", "1.5"));
        _hashgate = await RunningHashgate.StartAsync(_index, new Dictionary<string, string?> { ["Access:ClientTokens"] = "required" });
        _token = (await _hashgate.MakeTokenAsync()).Token;
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    public static TheoryData<string> Pips => Pip.Each;

    [Theory, MemberData(nameof(Pips))]
    public async Task Pip_takes_it_in_the_index_url(string python)
    {
        using var pip = new Pip(python);
        (await InstallAsync(pip, _hashgate.Url)).Succeeded().Without(_token);
        Assert.Equal(("1.0", "1.5"), (pip.VersionOf("alpha"), pip.VersionOf("beta")));
    }

    [Fact]
    public async Task Pip_says_why_one_that_is_mistyped_opens_nothing()
    {
        using var pip = new Pip(Pip.Debian);
        var run = await pip.RunAsync("install", "-vv", "--index-url", TokenCalls.Index(_hashgate.Url, _token[..^1]).AbsoluteUri, "--target", pip.Target, "alpha");
        Assert.NotEqual(0, run.ExitCode);
        run.With("401 Client Error: Hashgate: The token is mistyped, or a part of it is missing.").Without(_token[..^1]);
        pip.AssertNothingInstalled();
    }

    [Fact, Trait("Needs", "nginx")]
    public async Task Pip_takes_it_through_nginx()
    {
        await using var nginx = await Nginx.StartAsync(_hashgate.Url);
        using var pip = new Pip(Pip.Debian);
        (await InstallAsync(pip, nginx.Url)).Succeeded();
        Assert.Equal(("1.0", "1.5"), (pip.VersionOf("alpha"), pip.VersionOf("beta")));
    }

    [Fact]
    public async Task Poetry_takes_it_beside_the_project()
    {
        using var home = await PoetryTests.ProjectAsync(_hashgate, "*");
        (await PoetryTests.RunAsync(home, new Dictionary<string, string> { ["POETRY_HTTP_BASIC_HASHGATE_USERNAME"] = "__token__", ["POETRY_HTTP_BASIC_HASHGATE_PASSWORD"] = _token }, "install", "--no-root"))
            .Succeeded().Without(_token);
        (await home.RunAsync(home.Sub(".venv/bin/python"), ["-c", "import alpha, beta"])).Succeeded();
        Assert.DoesNotContain(_token, await File.ReadAllTextAsync(home.Sub("poetry.lock")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipenv_takes_it_from_a_variable()
    {
        _index.AddFolder("/usr/share/python-wheels");
        using var home = await PipenvTests.ProjectAsync(_hashgate);
        var pipfile = await File.ReadAllTextAsync(home.Sub("Pipfile"));
        await File.WriteAllTextAsync(home.Sub("Pipfile"), pipfile.Replace("http://", "http://__token__:${HASHGATE_TOKEN}@", StringComparison.Ordinal));
        (await PipenvTests.RunAsync(home, "install", ("HASHGATE_TOKEN", _token))).Succeeded().Without(_token);
        (await home.RunAsync(home.Sub(".venv/bin/python"), ["-c", "import alpha, beta"])).Succeeded();
        Assert.DoesNotContain(_token, await File.ReadAllTextAsync(home.Sub("Pipfile.lock")), StringComparison.Ordinal);
    }

    private Task<ClientRun> InstallAsync(Pip pip, Uri server) =>
        pip.RunAsync("install", "--index-url", TokenCalls.Index(server, _token).AbsoluteUri, "--target", pip.Target, "alpha");
}
