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

    private static async Task<string> ReadAsync() =>
        await File.ReadAllTextAsync(await Npm.FindAsync(Path.Combine("tests", "Hashgate.Browser.Tests"), Path.Combine("axe-core", "axe.min.js")));
}
