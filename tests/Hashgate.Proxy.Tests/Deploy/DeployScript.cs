using System.Diagnostics;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Deploy;

/// <summary>A script of deploy/ that checks files there and says what is wrong with them.</summary>
internal static class DeployScript
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs it to its end, which must be a good one.</summary>
    public static async Task AssertRunsAsync(string name, params string[] arguments)
    {
        var script = Path.Combine(Repository.Root, "deploy", name);
        using var check = Process.Start(new ProcessStartInfo(script, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            var errors = check.StandardError.ReadToEndAsync(limit.Token);
            var output = await check.StandardOutput.ReadToEndAsync(limit.Token);
            await check.WaitForExitAsync(limit.Token);
            Assert.True(check.ExitCode == 0, $"{output}{await errors}");
        }
        finally
        {
            check.Kill(entireProcessTree: true);
        }
    }
}
