using System.Diagnostics;
using System.Text.Json;
using Hashgate.Testing;

namespace Hashgate.Browser.Tests.Driving;

/// <summary>axe-core, which finds what keeps people from using a page; restored from the lock file beside the project where it isn't there.</summary>
internal static class Axe
{
    private static readonly Lazy<Task<string>> Source = new(ReadAsync);

    /// <summary>What is seriously or critically wrong with the page in the window, a line each.</summary>
    public static async Task<string[]> FindAsync(Visit visit)
    {
        await visit.Page.EvaluateAsync(await Source.Value);
        var found = await visit.Page.EvaluateAsync<JsonElement>("() => axe.run(document, { resultTypes: ['violations'] })");
        return [.. found.GetProperty("violations").EnumerateArray()
            .Where(v => v.GetProperty("impact").GetString() is "serious" or "critical")
            .SelectMany(v => v.GetProperty("nodes").EnumerateArray().Select(n => $"{v.GetProperty("id").GetString()}: {n.GetProperty("html").GetString()}: {n.GetProperty("failureSummary").GetString()}"))];
    }

    private static async Task<string> ReadAsync()
    {
        var folder = Path.Combine(Repository.Root, "tests", "Hashgate.Browser.Tests");
        var script = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(script)) await RestoreAsync(folder);
        return await File.ReadAllTextAsync(script);
    }

    private static async Task RestoreAsync(string folder)
    {
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(npm.ExitCode == 0, $"npm ci ended with {npm.ExitCode}: {await output}{await errors}");
    }
}
