using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.CommandLine;

/// <summary><c>hashgate check</c>: what would be refused of a requirements or lock file.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A requirements.txt, pylock.toml, poetry.lock or uv.lock." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("check", "Tell what would be refused of a requirements or lock file, and by which rule. Exit 1 where something is, or is not to be found.") { file, json };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(json), ct));
        return command;
    }

    private static async Task<int> RunAsync(string path, bool json, CancellationToken cancellationToken)
    {
        byte[] content;
        try
        {
            content = await InputFile.ReadAsync(path, CheckEndpoints.MaxBytes, cancellationToken);
        }
        catch (FormatException error)
        {
            return await ServerSession.WrongUseAsync(error.Message);
        }
        return await ServerSession.RunAsync(async session =>
        {
            using var body = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } };
            var answer = await session.PostAsync("api/v1/check?filename=" + Uri.EscapeDataString(Path.GetFileName(path)), body, cancellationToken);
            var code = answer.Print(json, InWords, "refused", "missing");
            // What could not be looked at may be refused as well, so this is no "fine".
            return code == HashgateCommand.Fine && answer.Body.GetProperty("unavailable").GetInt32() > 0 ? HashgateCommand.Unreachable : code;
        }, cancellationToken);
    }

    private static string InWords(JsonElement answer)
    {
        var text = new StringBuilder();
        foreach (var line in answer.GetProperty("refused").EnumerateArray()) text.Append($"refused  {What(line)}: {Why(line)}\n");
        foreach (var line in answer.GetProperty("warnings").EnumerateArray()) text.Append($"warning  {What(line)}: {Why(line)}\n");
        foreach (var line in answer.GetProperty("chosen").EnumerateArray())
        {
            var skipped = string.Join(", ", line.GetProperty("skipped").EnumerateArray().Select(s => $"{TrustReport.Plain(s, "version")} ({TrustReport.Plain(s, "rule")})"));
            if (skipped.Length > 0) text.Append($"takes    {What(line)}, passing over {skipped}\n");
        }
        foreach (var line in answer.GetProperty("missing").EnumerateArray()) text.Append($"not found  {TrustReport.Plain(line, "name")}: {TrustReport.Plain(line, "reason")}\n");
        foreach (var line in answer.GetProperty("notChecked").EnumerateArray()) text.Append($"not checked  {TrustReport.Plain(line, "name")}: {TrustReport.Plain(line, "reason")}\n");
        if (answer.GetProperty("markers").GetInt32() is > 0 and var markers) text.Append($"{markers} with environment markers, checked as if these held\n");
        return text.Append(TrustReport.Plain(answer, "summary")).Append('\n').ToString();
    }

    private static string What(JsonElement line) =>
        TrustReport.Plain(line, "name") + (line.GetProperty("version").ValueKind == JsonValueKind.Null ? "" : " " + TrustReport.Plain(line, "version")) + (line.GetProperty("filename").ValueKind == JsonValueKind.Null ? "" : $" ({TrustReport.Plain(line, "filename")})");

    private static string Why(JsonElement line) =>
        $"{TrustReport.Plain(line, "rule")}: {TrustReport.Plain(line, "reason")}" + (line.GetProperty("until").ValueKind == JsonValueKind.Null ? "" : $" (until {TrustReport.Plain(line, "until")})");
}
