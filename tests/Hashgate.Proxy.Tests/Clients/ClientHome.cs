using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>What a program left behind.</summary>
/// <param name="Output">Both of its streams, as they came.</param>
public sealed partial record ClientRun(int ExitCode, string Output)
{
    /// <summary>How hostile texts begin that reach a client.</summary>
    public const string Steering = "\u001b[31mred";

    /// <summary>The same run, for a test that expects it to have gone well.</summary>
    public ClientRun Succeeded()
    {
        Assert.True(ExitCode == 0, $"It ended with {ExitCode}:\n{Output}");
        return this;
    }

    /// <summary>The same run, for a test that expects a failure that was told as people should be told it.</summary>
    public ClientRun Failed()
    {
        Assert.True(ExitCode != 0, $"It should have failed:\n{Output}");
        return Without("Traceback");
    }

    /// <summary>The same run, for a test that expects it to have said something.</summary>
    public ClientRun With(string text)
    {
        Assert.True(Output.Contains(text, StringComparison.Ordinal), $"'{text}' is missing:\n{Output}");
        return this;
    }

    /// <summary>The same run, for a test that expects it not to have said something.</summary>
    public ClientRun Without(string text)
    {
        Assert.False(Output.Contains(text, StringComparison.Ordinal), $"'{text}' is there:\n{Output}");
        return this;
    }

    /// <summary>Nothing in the output steers a terminal or turns the direction of text.</summary>
    public void AssertPrintable() =>
        Assert.DoesNotContain(Output, c => (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format);

    /// <summary>As <see cref="AssertPrintable"/>, for a client that colours its output: whatever steers a terminal is that client's own.</summary>
    public void AssertUnsteered()
    {
        Without(Steering);
        (this with { Output = OwnColours().Replace(Output, "") }).AssertPrintable();
    }

    [GeneratedRegex("\u001b\\[[0-9;]*[A-Za-z]", RegexOptions.NonBacktracking)]
    private static partial Regex OwnColours();

    /// <summary>The same run, for a test that expects the refusal and the address that explains it in the output.</summary>
    public ClientRun Explained(Uri hashgate, string rule, string project, string? version = "1.0") =>
        With($"Blocked by Hashgate: {rule}: ").With($"; see {hashgate}why/{project}{(version is null ? "" : "/" + version)}");
}

/// <summary>A home directory that real installers run in: nothing of the user's or the machine's configuration reaches them.</summary>
public sealed class ClientHome : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Variables that steer an installer, its Python, or the way that it reaches a server.</summary>
    private static readonly string[] Steering =
        ["PIP_", "PYTHON", "POETRY_", "PIPENV_", "VIRTUAL_ENV", "XDG_", "UV_", "REQUESTS_CA_BUNDLE", "SSL_CERT_", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

    private readonly TemporaryDirectory _directory = new();

    public string Path => _directory.Path;

    /// <summary>A path in it.</summary>
    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Runs a program here, for at most three minutes.</summary>
    public async Task<ClientRun> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Path, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => Steering.Any(s => name.StartsWith(s, StringComparison.OrdinalIgnoreCase))).ToArray()) start.Environment.Remove(name);
        start.Environment["HOME"] = Path;
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["PIP_CONFIG_FILE"] = "/dev/null";
        start.Environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1";
        start.Environment["PIP_NO_INPUT"] = "1";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw new TimeoutException($"{program} was ended after {Limit}; so far it said:\n{output}");
        }
        return new ClientRun(process.ExitCode, output.ToString());

        void Keep(string? line)
        {
            if (line is null) return;
            lock (output) output.Append(line).Append('\n');
        }
    }

    public void Dispose() => _directory.Dispose();
}
