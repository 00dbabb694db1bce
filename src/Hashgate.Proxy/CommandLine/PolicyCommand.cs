using System.CommandLine;
using System.Text;
using System.Text.Json;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.CommandLine;

/// <summary><c>hashgate policy …</c>.</summary>
internal static class PolicyCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON.", Recursive = true };

    public static Command Create()
    {
        var command = new Command("policy", "Try a policy; bring back or accept a policy store that was emptied, set back or exchanged. Uses the running server where there is one, else the store itself.") { Json };
        command.Subcommands.Add(Replay());
        command.Subcommands.Add(Restore());
        command.Subcommands.Add(Accept());
        return command;
    }

    private static Command Replay()
    {
        var since = new Option<string>("--since") { Description = "How far back: 30d, or a day such as 2026-01-31.", DefaultValueFactory = static _ => ReplaySince.Standard };
        var with = new Option<string?>("--with") { Description = "A settings file to try, laid over the server's settings: Hashgate:Policy and Hashgate:Advisories:WhenMissing. Without one, the settings in force." };
        var replay = new Command("replay", "Tell which of the recorded downloads settings would have refused. Changes nothing. Exit 1 where there are such.") { since, with };
        replay.SetAction((parsed, ct) => ReplayAsync(parsed.GetValue(since)!, parsed.GetValue(with), parsed.GetValue(Json), ct));
        return replay;
    }

    private static Command Restore()
    {
        var command = new Command("restore", "Put back what this replica knows of the policy store: waivers, flags, list entries, publishers.");
        command.SetAction((parsed, ct) => ServerSession.RunAsync(async session =>
            (await session.PostAsync("api/v1/policy/restore", JsonContent.Create(new { }), ct)).Print(parsed.GetValue(Json), Restored), ct));
        return command;
    }

    private static Command Accept()
    {
        var reason = new Option<string?>("--reason") { Description = "Why; goes on record." };
        var command = new Command("accept", "Take the policy store as it is, on record: what this replica knows besides is given up.") { reason };
        command.SetAction((parsed, ct) => ServerSession.RunAsync(async session =>
            (await session.PostAsync("api/v1/policy/accept", JsonContent.Create(new { reason = parsed.GetValue(reason) }), ct)).Print(parsed.GetValue(Json), static _ => "the policy store is accepted\n"), ct));
        return command;
    }

    private static async Task<int> ReplayAsync(string since, string? path, bool json, CancellationToken cancellationToken)
    {
        ChangedSettings changed;
        try
        {
            changed = path is null ? ChangedSettings.None : await ChangedSettings.ReadAsync(path, cancellationToken);
        }
        catch (FormatException error)
        {
            return await ServerSession.WrongUseAsync(error.Message);
        }
        return await ServerSession.RunAsync(async session =>
        {
            using var body = JsonContent.Create(new { since, settings = changed.Settings, lists = changed.Lists });
            return (await session.PostAsync("api/v1/policy/replay", body, cancellationToken)).Print(json, InWords, "refused");
        }, cancellationToken);
    }

    private static string InWords(JsonElement answer)
    {
        var text = new StringBuilder();
        AddLines(text, "refused  ", answer, "refused", "refusedInAll");
        AddLines(text, "audited  ", answer, "audited", "auditedInAll");
        foreach (var line in answer.GetProperty("unknown").EnumerateArray())
            text.Append($"not judged  {What(line)}: {TrustReport.Plain(line, "why")}; {Count(line, "downloads", "download")}\n");
        AddMore(text, "not judged  ", answer.GetProperty("unknownFiles").GetInt32() - answer.GetProperty("unknown").GetArrayLength());
        return text.Append(TrustReport.Plain(answer, "summary")).Append('\n').ToString();
    }

    private static void AddLines(StringBuilder text, string label, JsonElement answer, string list, string sum)
    {
        var lines = answer.GetProperty(list);
        foreach (var line in lines.EnumerateArray())
        {
            var (first, last) = (TrustReport.Plain(line, "firstDay"), TrustReport.Plain(line, "lastDay"));
            text.Append($"{label}{What(line)}: {TrustReport.Plain(line, "rule")}: {TrustReport.Plain(line, "reason")}; ")
                .Append($"{Count(line, "downloads", "download")} by {Count(line, "clients", "client")}, {(first == last ? first : $"{first} to {last}")}\n");
        }
        AddMore(text, label, answer.GetProperty(sum).GetProperty("files").GetInt32() - lines.GetArrayLength());
    }

    private static void AddMore(StringBuilder text, string label, int more)
    {
        if (more > 0) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{label}... and {more:n0} more\n");
    }

    private static string What(JsonElement line) =>
        TrustReport.Plain(line, "project") + (TrustReport.Plain(line, "version") is { Length: > 0 } version ? " " + version : "") + $" ({TrustReport.Plain(line, "filename")})";

    private static string Count(JsonElement line, string name, string what) =>
        line.GetProperty(name).GetInt64() is var count && count == 1 ? $"1 {what}" : FormattableString.Invariant($"{count:n0} {what}s");

    private static string Restored(JsonElement answer) => $"{answer.GetProperty("documents")} policy documents restored\n";
}
