using System.CommandLine;
using System.CommandLine.Invocation;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.CommandLine;

/// <summary>The command line. Exit codes: 0 fine, 1 something refused or different, 2 wrong use or setting, 3 a store or upstream can't be reached.</summary>
internal static class HashgateCommand
{
    public const int Fine = 0, Different = 1, WrongUse = 2, Unreachable = 3;

    public static async Task<int> RunAsync(string[] args)
    {
        if (IsServe(args)) return await ServeCommand.RunAsync(args is ["serve", .. var rest] ? rest : args);
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync();
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"hashgate: {error.Message}");
        return WrongUse;
    }

    /// <summary>Serving takes the framework's own arguments, <c>--urls</c> for one, which are not ours to know.</summary>
    private static bool IsServe(string[] args) =>
        args is [] or ["serve", ..]
            ? !args.Contains("--help") && !args.Contains("-h")
            : args[0].StartsWith("--", StringComparison.Ordinal) && args[0] is not ("--help" or "--version");

    private static RootCommand Root()
    {
        var root = new RootCommand("Hashgate stands between pip and PyPI, proves every file and keeps a record of what it first saw. Without a command it serves.");
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        root.Subcommands.Add(new Command("serve", "Serve. Further arguments are the web server's own, such as --urls http://0.0.0.0:8080."));
        root.Subcommands.Add(HealthCommand.Create());
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(PolicyCommand.Create());
        root.Subcommands.Add(TrustCommand.Create());
        root.Subcommands.Add(TokenCommand.Create());
        return root;
    }

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override bool Terminating => true;

        public override int Invoke(ParseResult parseResult)
        {
            Console.WriteLine($"hashgate {ProgramVersion.Number} ({ProgramVersion.Packages} packages)");
            return Fine;
        }
    }
}
