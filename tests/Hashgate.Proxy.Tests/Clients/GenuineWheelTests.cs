using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>Wheels that nobody made for a test: Debian's pip, setuptools and wheel.</summary>
[Trait("Needs", "clients")]
public sealed class GenuineWheelTests
{
    private const string Wheels = "/usr/share/python-wheels";

    [Fact]
    public async Task Setuptools_and_wheel_are_installed_into_an_environment_and_build_a_source_distribution_there()
    {
        await using var index = await FakeIndex.StartAsync();
        index.AddFolder(Wheels);
        index.Add(TestWheel.Sdist("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var pip = new Pip(Pip.Debian);
        (await pip.Home.RunAsync(Pip.Debian, ["-m", "venv", "--without-pip", "env"])).Succeeded();
        var python = pip.Home.Sub("env/bin/python");
        var simple = new Uri(hashgate.Url, "simple/").AbsoluteUri;
        (await pip.RunAsync("--python", python, "install", "--index-url", simple, "setuptools", "wheel")).Succeeded();
        (await pip.Home.RunAsync(python, ["-c", "import setuptools, wheel"])).Succeeded();

        (await pip.RunAsync("--python", python, "install", "--index-url", simple, "--no-build-isolation", "alpha")).Succeeded();
        (await pip.Home.RunAsync(python, ["-c", "import alpha; assert alpha.TEXT == 'genuine'"])).Succeeded();
    }

    [Fact]
    public async Task Pip_itself_comes_through_and_installs_by_itself_afterwards()
    {
        await using var index = await FakeIndex.StartAsync();
        index.AddFolder(Wheels);
        index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var pip = new Pip(Pip.Debian);
        (await pip.InstallAsync(hashgate, "pip")).Succeeded();
        (await pip.PythonAsync("import pip; assert pip.__file__.startswith('" + pip.Target + "'), pip.__file__")).Succeeded();
        (await pip.Home.RunAsync(Pip.Debian, ["-m", "pip", "install", "--index-url", new Uri(hashgate.Url, "simple/").AbsoluteUri, "--target", pip.Target, "alpha"],
            new Dictionary<string, string> { ["PYTHONPATH"] = pip.Target })).Succeeded();
        Assert.Equal("genuine", pip.TextOf("alpha"));
    }

    [Theory, MemberData(nameof(Files))]
    public async Task Each_is_downloaded_as_it_is(string filename)
    {
        await using var index = await FakeIndex.StartAsync();
        index.AddFolder(Wheels);
        await using var hashgate = await RunningHashgate.StartAsync(index);

        using var pip = new Pip(Pip.Debian);
        (await pip.DownloadAsync(hashgate, filename.Split('-')[0])).Succeeded();
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Wheels, filename)), await File.ReadAllBytesAsync(Path.Combine(pip.Home.Sub("downloaded"), filename)));
    }

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Wheels, "*.whl").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
