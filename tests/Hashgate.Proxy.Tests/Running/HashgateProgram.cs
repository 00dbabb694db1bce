using System.Diagnostics;
using Hashgate.Testing;
using Hashgate.Testing.S3;

namespace Hashgate.Proxy.Tests.Running;

/// <summary>What a run of the program left: its exit code and what it wrote.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The lines on standard error.</summary>
    public IReadOnlyList<string> ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The program as it was built beside the tests, with its settings: run to its end as a command, or started as a server.</summary>
/// <param name="dataDirectory">Kept afterwards.</param>
public sealed class HashgateProgram(string dataDirectory)
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);

    public string DataDirectory { get; } = dataDirectory;

    /// <summary>Below <c>Hashgate:</c>, such as <c>Files:VerifyFirstBytes</c>; they go as environment variables.</summary>
    public Dictionary<string, string> Settings { get; } = new() { ["Cache:MinFreeBytes"] = "0", ["Advisories:Source"] = "none" };

    /// <summary>Other environment variables.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Where it runs; by default the data directory's parent, so that nobody's hashgate.json is found.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Puts <c>pypi</c> in front of this index.</summary>
    public HashgateProgram Over(FakeIndex index)
    {
        Settings["Upstreams:pypi:IndexUrl"] = index.IndexUrl.AbsoluteUri;
        return this;
    }

    /// <summary>Keeps records, events and pages in this Redis.</summary>
    public HashgateProgram With(RedisServer redis)
    {
        Settings["Trust:Provider"] = "redis";
        Settings["Redis:Configuration"] = redis.Configuration;
        return this;
    }

    /// <summary>Shares proven files in this object store.</summary>
    public HashgateProgram Sharing(FakeS3 store)
    {
        foreach (var (key, value) in store.Settings) Settings[key] = value;
        return this;
    }

    public HashgateProgram Set(string key, string value)
    {
        Settings[key] = value;
        return this;
    }

    /// <summary>Runs it to its end; one that doesn't end is ended, and the test with it.</summary>
    public async Task<ProgramResult> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Describe(arguments))!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(LongestRun);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
        return new ProgramResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts it as a server on a free loopback port and waits until it answers.</summary>
    public Task<HashgateProcess> StartAsync(params string[] arguments) =>
        HashgateProcess.StartAsync(Describe(arguments.Contains("--urls") ? arguments : ["--urls", "http://127.0.0.1:0", .. arguments]), DataDirectory);

    private ProcessStartInfo Describe(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingDirectory ?? Directory.GetParent(DataDirectory)!.FullName,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hashgate.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // What the machine has set up for other programs is not meant for this one.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("Hashgate", StringComparison.OrdinalIgnoreCase) || k.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["Hashgate__DataDirectory"] = DataDirectory;
        foreach (var (key, value) in Settings) start.Environment["Hashgate__" + key.Replace(":", "__", StringComparison.Ordinal)] = value;
        foreach (var (key, value) in Environment) start.Environment[key] = value;
        return start;
    }
}
