using System.Diagnostics;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Deploy;

/// <summary>Runs deploy/check-container-files against the hashgate that was built beside these tests.</summary>
public class ContainerFilesTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    [Fact, Trait("Needs", "redis")]
    public async Task Container_files_checked_without_an_engine_are_in_order()
    {
        var script = Path.Combine(Repository.Root, "deploy", "check-container-files");
        using var check = Process.Start(new ProcessStartInfo(script, [AppContext.BaseDirectory]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
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
