using System.Text;
using System.Text.Json;

namespace Hashgate.Proxy.CommandLine;

/// <summary>Answers of the trust API in words, for a terminal.</summary>
internal static class TrustReport
{
    public static string Project(JsonElement answer)
    {
        var text = new StringBuilder();
        var records = answer.GetProperty("records").EnumerateArray().ToArray();
        if (records.Length == 0) text.Append($"No trust records of {Plain(answer, "project")}.\n");
        foreach (var record in records)
        {
            var state = record.TryGetProperty("conflict", out var conflict) && conflict.GetBoolean() ? "conflict" : record.TryGetProperty("provenAt", out _) ? "proven" : "claimed";
            text.Append($"{Plain(record, "sha256")}  {Plain(record, "filename")}\n    {state}, first seen {Plain(record, "firstSeen")} from {Plain(record, "upstream")} at {Plain(record, "url")}\n");
        }
        foreach (var was in answer.GetProperty("history").EnumerateArray())
        {
            text.Append($"replaced {Plain(was, "when")} by {Plain(was, "actor")}: {Plain(was.GetProperty("was"), "filename")} was {Plain(was.GetProperty("was"), "sha256")} ({Plain(was, "reason")})\n");
        }
        return text.ToString();
    }

    public static string Accepted(JsonElement answer)
    {
        var text = new StringBuilder();
        foreach (var file in answer.GetProperty("files").EnumerateArray())
            text.Append($"{Plain(file, "outcome")}: {Plain(file, "project")} {Plain(file, "filename")} {Plain(file, "was")} -> {Plain(file, "sha256")}\n");
        return text.Append($"{answer.GetProperty("files").GetArrayLength()} files\n").ToString();
    }

    public static string Imported(JsonElement answer) =>
        $"{Plain(answer, "added")} added, {Plain(answer, "same")} known already, {answer.GetProperty("different").GetArrayLength()} different and left as they were\n" + Differences(answer);

    public static string Diff(JsonElement answer) => Diff(answer, "missingInJournal", "the journal");

    public static string DiffOfFile(JsonElement answer) => Diff(answer, "missingInFile", "the file");

    public static string Restored(JsonElement answer) =>
        $"{Plain(answer, "records")} records restored from {Plain(answer, "journals")} journals, {answer.GetProperty("conflicts").GetArrayLength()} in conflict\n"
        + Records(answer.GetProperty("conflicts"), "conflict")
        + string.Concat(answer.GetProperty("warnings").EnumerateArray().Select(w => $"warning: {Plain(w)}\n"));

    private static string Diff(JsonElement answer, string missingThere, string there) =>
        $"{answer.GetProperty("missingInStore").GetArrayLength()} missing in the store, {answer.GetProperty(missingThere).GetArrayLength()} missing in {there}, {answer.GetProperty("different").GetArrayLength()} different\n"
        + Records(answer.GetProperty("missingInStore"), "missing in the store") + Records(answer.GetProperty(missingThere), $"missing in {there}") + Differences(answer);

    private static string Differences(JsonElement answer) => string.Concat(answer.GetProperty("different").EnumerateArray().Select(d =>
        $"different: {Plain(d.GetProperty("here"), "project")} {Plain(d.GetProperty("here"), "filename")} here {Plain(d.GetProperty("here"), "sha256")} there {Plain(d.GetProperty("there"), "sha256")}\n"));

    private static string Records(JsonElement records, string what) => string.Concat(records.EnumerateArray().Select(r =>
        $"{what}: {Plain(r, "project")} {Plain(r, "filename")} {Plain(r, "sha256")}\n"));

    /// <summary>A member's text; what an index or an operator wrote must not reach the terminal as control sequences.</summary>
    public static string Plain(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? Plain(value) : "-";

    private static string Plain(JsonElement value) => string.Concat(value.ToString().Select(c => Endpoints.Html.IsInvisible(c) ? '?' : c));
}
