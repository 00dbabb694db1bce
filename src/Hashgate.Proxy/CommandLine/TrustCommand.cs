using System.CommandLine;

namespace Hashgate.Proxy.CommandLine;

/// <summary><c>hashgate trust …</c>.</summary>
internal static class TrustCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON.", Recursive = true };

    public static Command Create()
    {
        var command = new Command("trust", "See, accept, move, compare and restore trust records. Uses the running server where there is one, else the stores themselves.") { Json };
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Accept());
        command.Subcommands.Add(Export());
        command.Subcommands.Add(Import());
        command.Subcommands.Add(Diff());
        command.Subcommands.Add(Restore());
        return command;
    }

    /// <summary>Records stand whatever policy says of them.</summary>
    private static Task<int> RunAsync(Func<ServerSession, Task<int>> command, CancellationToken cancellationToken) => ServerSession.RunAsync(command, cancellationToken, decides: false);

    private static Command Show()
    {
        var project = new Argument<string>("project") { Description = "The project's name, in any spelling." };
        var command = new Command("show", "The trust records of a project and their history.") { project };
        command.SetAction((parsed, ct) => RunAsync(async session =>
        {
            var answer = await session.GetAsync($"api/v1/trust/{Uri.EscapeDataString(parsed.GetValue(project)!)}", ct);
            return answer.Print(parsed.GetValue(Json), TrustReport.Project);
        }, ct));
        return command;
    }

    private static Command Accept()
    {
        var project = new Argument<string?>("project") { Arity = ArgumentArity.ZeroOrOne, Description = "The project's name." };
        var filename = new Argument<string?>("filename") { Arity = ArgumentArity.ZeroOrOne, Description = "The file; with .metadata behind it, its core metadata." };
        var sha256 = new Option<string?>("--sha256") { Description = "The digest to trust from now on." };
        var page = new Option<bool>("--page") { Description = "Take the project's page although its serial went backwards." };
        var upstream = new Option<string?>("--upstream") { Description = "In bulk: files first seen from this upstream, of which it has told another digest since." };
        var since = new Option<DateTimeOffset?>("--since") { Description = "In bulk: since this time, such as 2026-01-31T12:00:00Z." };
        var claimedOnly = new Option<bool>("--claimed-only") { Description = "In bulk: leave alone what a download has proven." };
        var dryRun = new Option<bool>("--dry-run") { Description = "In bulk: only tell what would be accepted." };
        var reason = new Option<string?>("--reason") { Description = "Why; goes on record." };
        var command = new Command("accept", "Let a file's bytes change, on record: trust accept <project> <filename> --sha256 … --reason …, or in bulk with --upstream and --since.")
            { project, filename, sha256, page, upstream, since, claimedOnly, dryRun, reason };
        command.SetAction((parsed, ct) => RunAsync(async session =>
        {
            var json = parsed.GetValue(Json);
            if (parsed.GetValue(upstream) is { } name)
            {
                var many = new { upstream = name, since = parsed.GetValue(since), claimedOnly = parsed.GetValue(claimedOnly), dryRun = parsed.GetValue(dryRun), reason = parsed.GetValue(reason) };
                return (await session.PostAsync("api/v1/trust/-/accept", JsonContent.Create(many), ct)).Print(json, TrustReport.Accepted);
            }
            if (parsed.GetValue(project) is not { } which) return await ServerSession.WrongUseAsync("name a project and a file, or --upstream and --since.");
            var one = new { filename = parsed.GetValue(filename), sha256 = parsed.GetValue(sha256), page = parsed.GetValue(page), reason = parsed.GetValue(reason) };
            return (await session.PostAsync($"api/v1/trust/{Uri.EscapeDataString(which)}/accept", JsonContent.Create(one), ct)).Print(json, TrustReport.Project);
        }, ct));
        return command;
    }

    private static Command Export()
    {
        var command = new Command("export", "Every trust record, one JSON object a line, to standard output.");
        command.SetAction((_, ct) => RunAsync(session => session.CopyToOutputAsync("api/v1/trust/", ct), ct));
        return command;
    }

    private static Command Import()
    {
        var file = new Argument<FileInfo>("file") { Description = "What export wrote." };
        var command = new Command("import", "Take records that aren't known yet; never overwrites one. Exit 1 where records differ.") { file };
        command.SetAction((parsed, ct) => RunAsync(async session =>
        {
            if (parsed.GetValue(file) is not { Exists: true } source) return await ServerSession.WrongUseAsync($"{parsed.GetValue(file)} does not exist.");
            await using var lines = source.OpenRead();
            return (await session.PostAsync("api/v1/trust/-/import", new StreamContent(lines), ct)).Print(parsed.GetValue(Json), TrustReport.Imported, "different");
        }, ct));
        return command;
    }

    private static Command Diff()
    {
        var file = new Argument<FileInfo?>("file") { Arity = ArgumentArity.ZeroOrOne, Description = "What export wrote of another store; without it the store is compared with this replica's journal." };
        var command = new Command("diff", "Compare the store with this replica's journal, or with another store's export. Exit 1 where they differ.") { file };
        command.SetAction((parsed, ct) => RunAsync(async session =>
        {
            if (parsed.GetValue(file) is not { } export)
                return (await session.GetAsync("api/v1/trust/-/diff", ct)).Print(parsed.GetValue(Json), TrustReport.Diff, "missingInStore", "missingInJournal", "different");
            if (!export.Exists) return await ServerSession.WrongUseAsync($"{export} does not exist.");
            await using var lines = export.OpenRead();
            return (await session.PostAsync("api/v1/trust/-/diff", new StreamContent(lines), ct)).Print(parsed.GetValue(Json), TrustReport.DiffOfFile, "missingInStore", "missingInFile", "different");
        }, ct));
        return command;
    }

    private static Command Restore()
    {
        var journals = new Option<string[]>("--journal") { Description = "Another replica's journal directory; may be given several times.", AllowMultipleArgumentsPerToken = true };
        var local = new Option<bool>("--local") { Description = "Leave out the journals in the object store, where there is one." };
        var command = new Command("restore", "Bring an emptied or older store back from this replica's journal, those in the object store, and those named. Exit 1 where journals disagree.") { journals, local };
        command.SetAction((parsed, ct) => RunAsync(async session =>
        {
            var request = new { journals = (parsed.GetValue(journals) ?? []).Select(Path.GetFullPath), local = parsed.GetValue(local) };
            return (await session.PostAsync("api/v1/trust/-/restore", JsonContent.Create(request), ct)).Print(parsed.GetValue(Json), TrustReport.Restored, "conflicts");
        }, ct));
        return command;
    }
}
