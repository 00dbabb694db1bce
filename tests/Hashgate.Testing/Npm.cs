using System.Diagnostics;

namespace Hashgate.Testing;

/// <summary>What tests take from npm.</summary>
public static class Npm
{
    /// <summary>A file below <c>node_modules</c> of a folder; restored from the lock file in the folder where it isn't there.</summary>
    /// <param name="folder">From the repository's root.</param>
    public static async Task<string> FindAsync(string folder, string file)
    {
        folder = Path.Combine(Repository.Root, folder);
        var path = Path.Combine(folder, "node_modules", file);
        if (!File.Exists(path)) await RestoreAsync(folder);
        return path;
    }

    private static async Task RestoreAsync(string folder)
    {
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        if (npm.ExitCode != 0) throw new InvalidOperationException($"npm ci ended with {npm.ExitCode}: {await output}{await errors}");
    }
}
