using Hashgate.Core.Policy;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Lists;
using Microsoft.AspNetCore.Mvc;

namespace Hashgate.Proxy.Dashboard.Acting;

/// <summary>
/// <c>POST /dashboard/act/…</c>: what operators do from pages. Each goes through the same operation as the API's route, is answered by leading back
/// to the page with a word of <see cref="Notices"/>, and says on a page of its own why it wasn't done.
/// </summary>
internal static class ActEndpoints
{
    public static void MapActs(this IEndpointRouteBuilder pages)
    {
        var acts = pages.MapGroup("/act").ForOperators().WithMetadata(new RequestSizeLimitAttribute(ActFields.MaxBytes));
        acts.MapPost("/waive", WaiveAsync);
        acts.MapPost("/end-waiver", EndWaiverAsync);
        acts.MapPost("/confirm", static (HttpContext context, FlagOperations flags) => DecideAsync(context, flags, FlagStatus.Confirmed, "confirmed"));
        acts.MapPost("/dismiss", static (HttpContext context, FlagOperations flags) => DecideAsync(context, flags, FlagStatus.Dismissed, "dismissed"));
        acts.MapPost("/add-entry", AddEntryAsync);
        acts.MapPost("/remove-entry", RemoveEntryAsync);
    }

    private static Task<IResult> WaiveAsync(HttpContext context, WaiverOperations waivers, TimeProvider time) => DoAsync(context, "waived", async form =>
    {
        var (versions, sha256) = (form["versions"], form["sha256"]);
        // Forms that let choose how far it reaches send what each choice needs.
        switch (form["scope"])
        {
            case null:
                break;
            case "file" when sha256 is not null:
                versions = null;
                break;
            case "release" when form["version"] is { } version:
                (versions, sha256) = ("==" + version, null);
                break;
            case "project":
                (versions, sha256) = (null, null);
                break;
            default:
                return "Choose whether the waiver is for the file, the release or the project.";
        }
        var request = new WaiverRequest(form["project"], form["rule"], versions, sha256, form["reason"], form.Ends("days", time.GetUtcNow()));
        return (await waivers.AddAsync(request, context.Caller().Name, context.RequestAborted)).Why;
    });

    private static Task<IResult> EndWaiverAsync(HttpContext context, WaiverOperations waivers) => DoAsync(context, "waiver-ended", async form =>
        form["reason"] is not { } reason ? NoReason
        : await waivers.RemoveAsync(form["id"] ?? "", context.Caller().Name, context.RequestAborted, reason) ? null : "The waiver is gone already.");

    private static Task<IResult> DecideAsync(HttpContext context, FlagOperations flags, FlagStatus status, string done) => DoAsync(context, done, async form =>
        form["reason"] is not { } reason ? NoReason
        : reason.Length > FlagOperations.MaxReason ? $"The reason is longer than {FlagOperations.MaxReason} characters."
        : await flags.DecideAsync(form["id"] ?? "", status, context.Caller().Name, reason, context.RequestAborted) is null ? "These reports are gone: somebody else removed them." : null);

    private static Task<IResult> AddEntryAsync(HttpContext context, ListOperations lists) => DoAsync(context, "entry-added", async form =>
        form["list"] is not (RuleNames.Allowlist or RuleNames.Blocklist) ? NoList
        : (await lists.AddAsync(form["list"]!, new ListEntryRequest(form["entry"], form["reason"]), context.Caller().Name, context.RequestAborted)).Why);

    private static Task<IResult> RemoveEntryAsync(HttpContext context, ListOperations lists) => DoAsync(context, "entry-removed", async form =>
        form["list"] is not (RuleNames.Allowlist or RuleNames.Blocklist) ? NoList
        : form["reason"] is not { } reason ? NoReason
        : await lists.RemoveAsync(form["list"]!, form["id"] ?? "", reason, context.Caller().Name, context.RequestAborted) ? null : "The entry is gone already.");

    private const string NoReason = "A reason is missing: it goes on record.";

    private const string NoList = "There are two lists: allowlist and blocklist.";

    /// <summary>Does what a form asks for.</summary>
    /// <param name="done">A word of <see cref="Notices"/>.</param>
    /// <param name="act">Null where it was done, else why it wasn't.</param>
    public static async Task<IResult> DoAsync(HttpContext context, string done, Func<ActFields, Task<string?>> act)
    {
        if (await ActFields.ReadAsync(context) is not { } form) return NotDone("That is no form of the dashboard, or one that is too long.");
        try
        {
            return await act(form) is { } why ? NotDone(why, form.Return) : LocalReturn.To(context, form.Return, done);
        }
        catch (FormatException wrong)
        {
            return NotDone(wrong.Message, form.Return);
        }
    }

    private static IResult NotDone(string why, string? back = null) => DashboardGroup.Trouble(StatusCodes.Status400BadRequest, "Not done", char.ToUpperInvariant(why[0]) + why[1..], back is null ? null : LocalReturn.Check(back));
}
