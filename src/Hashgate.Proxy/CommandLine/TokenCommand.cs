using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace Hashgate.Proxy.CommandLine;

/// <summary><c>hashgate token …</c>.</summary>
internal static class TokenCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON.", Recursive = true };

    public static Command Create()
    {
        var command = new Command("token", "Make, list and revoke the tokens that installers read with (Access:ClientTokens). Uses the running server where there is one, else the store itself.") { Json };
        command.Subcommands.Add(Make());
        command.Subcommands.Add(List());
        command.Subcommands.Add(Revoke());
        return command;
    }

    /// <summary>Tokens stand whatever policy says of files.</summary>
    private static Task<int> RunAsync(Func<ServerSession, Task<int>> command, CancellationToken cancellationToken) => ServerSession.RunAsync(command, cancellationToken, decides: false);

    private static Command Make()
    {
        var label = new Argument<string>("label") { Description = "Whom or what it is for; events name it." };
        var days = new Option<int?>("--days") { Description = "After how many days it expires; without, it counts until it is revoked." };
        days.Validators.Add(result =>
        {
            if (result.GetValue(days) is < 1 or > 3650) result.AddError("--days must be a whole number from 1 to 3650.");
        });
        var command = new Command("create", "Make a token and print it, this once.") { label, days };
        command.SetAction((parsed, ct) => RunAsync(async session =>
        {
            var expires = parsed.GetValue(days) is { } count ? TimeProvider.System.GetUtcNow().AddDays(count) : (DateTimeOffset?)null;
            using var body = JsonContent.Create(new { label = parsed.GetValue(label), expires });
            return (await session.PostAsync("api/v1/tokens/", body, ct)).Print(parsed.GetValue(Json), Made);
        }, ct));
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Every token: its id, label, maker, end and last use. Never the token itself.");
        command.SetAction((parsed, ct) => RunAsync(async session => (await session.GetAsync("api/v1/tokens/", ct)).Print(parsed.GetValue(Json), Listed), ct));
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("id") { Description = "As list shows it." };
        var reason = new Option<string?>("--reason") { Description = "Why; goes on record." };
        var command = new Command("revoke", "End a token, on every replica within two seconds.") { id, reason };
        command.SetAction((parsed, ct) => RunAsync(async session =>
        {
            var why = parsed.GetValue(reason) is { } text ? "?reason=" + Uri.EscapeDataString(text) : "";
            return (await session.DeleteAsync($"api/v1/tokens/{Uri.EscapeDataString(parsed.GetValue(id)!)}{why}", ct)).Print(parsed.GetValue(Json), static _ => "revoked\n");
        }, ct));
        return command;
    }

    private static string Made(JsonElement token) => $"""
        {TrustReport.Plain(token, "token")}

        The token {TrustReport.Plain(token, "label")} ({TrustReport.Plain(token, "id")}), {End(token)}. It is shown this once:
        pip install --index-url https://__token__:{TrustReport.Plain(token, "token")}@<host>/simple/ <project>

        """;

    private static string Listed(JsonElement answer)
    {
        var text = new StringBuilder();
        foreach (var token in answer.GetProperty("tokens").EnumerateArray())
        {
            text.Append($"{TrustReport.Plain(token, "id")}  {TrustReport.Plain(token, "label")}\n")
                .Append($"    made {Day(token, "created")} by {TrustReport.Plain(token, "actor")}, {End(token)}, last used {Day(token, "lastUsed")}\n");
        }
        return text.Length > 0 ? text.ToString() : "There are no tokens.\n";
    }

    private static string End(JsonElement token) =>
        token.TryGetProperty("expired", out var expired) && expired.GetBoolean() ? $"expired {Day(token, "expires")}"
        : Day(token, "expires") is var day && day == Never ? "without end"
        : $"until {day}";

    private const string Never = "never";

    private static string Day(JsonElement token, string name) =>
        token.TryGetProperty(name, out var time) && time.ValueKind == JsonValueKind.String && time.TryGetDateTimeOffset(out var when)
            ? when.UtcDateTime.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) + " UTC"
            : Never;
}
