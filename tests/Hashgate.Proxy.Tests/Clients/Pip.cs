using System.Diagnostics;
using Hashgate.Proxy.Tests.Running;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>One person's pip: an interpreter, a cache and a folder of installed packages of its own.</summary>
public sealed class Pip(string python) : IDisposable
{
    /// <summary>Debian's interpreter, whose pip is 23.0.1 in bookworm.</summary>
    public const string Debian = "/usr/bin/python3";

    /// <summary>The interpreter that PATH finds first, where it has a pip; else Debian's.</summary>
    public static string Machine { get; } = HasPip("python3") ? "python3" : Debian;

    /// <summary>Every pip there is to try.</summary>
    public static TheoryData<string> Each => Machine == Debian ? [Debian] : [Debian, Machine];

    public ClientHome Home { get; } = new();

    /// <summary>Where packages are installed to.</summary>
    public string Target => Home.Sub("installed");

    /// <summary>pip install.</summary>
    public Task<ClientRun> InstallAsync(RunningHashgate hashgate, params string[] arguments) => InstallAsync(hashgate.Url, arguments);

    /// <summary>pip install.</summary>
    public Task<ClientRun> InstallAsync(Uri hashgate, params string[] arguments) =>
        RunAsync(["install", "--index-url", new Uri(hashgate, "simple/").AbsoluteUri, "--target", Target, .. arguments]);

    public Task<ClientRun> DownloadAsync(RunningHashgate hashgate, params string[] arguments) =>
        RunAsync(["download", "--index-url", new Uri(hashgate.Url, "simple/").AbsoluteUri, "--dest", Home.Sub("downloaded"), .. arguments]);

    public Task<ClientRun> RunAsync(params string[] arguments) => Home.RunAsync(python, ["-m", "pip", .. arguments]);

    /// <summary>Runs a line of Python that sees what was installed.</summary>
    public Task<ClientRun> PythonAsync(string line) =>
        Home.RunAsync(python, ["-c", line], new Dictionary<string, string> { ["PYTHONPATH"] = Target });

    /// <summary>What an installed test wheel's module says; null where it isn't installed.</summary>
    public string? TextOf(string project)
    {
        var module = Path.Combine(Target, project, "__init__.py");
        return File.Exists(module) ? File.ReadAllText(module).Split('"')[3] : null;
    }

    /// <summary>The version of an installed test wheel; null where it isn't installed.</summary>
    public string? VersionOf(string project)
    {
        var module = Path.Combine(Target, project, "__init__.py");
        return File.Exists(module) ? File.ReadAllText(module).Split('"')[1] : null;
    }

    /// <summary>Nothing at all was installed.</summary>
    public void AssertNothingInstalled() =>
        Assert.True(!Directory.Exists(Target) || !Directory.EnumerateFileSystemEntries(Target).Any(), "Something was installed.");

    public void Dispose() => Home.Dispose();

    private static bool HasPip(string python)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-m", "pip", "--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit(TimeSpan.FromSeconds(30));
            return process is { HasExited: true, ExitCode: 0 };
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // There is no such program.
        }
    }
}
