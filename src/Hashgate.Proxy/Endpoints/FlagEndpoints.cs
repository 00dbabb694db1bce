using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.ClientTokens;
using Microsoft.AspNetCore.Mvc;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/api/v1/flags</c>: anybody reports, operators decide.</summary>
internal static class FlagEndpoints
{
    /// <summary>The longest request of a reporter, in bytes.</summary>
    public const int MaxReportBytes = 16 << 10;

    public static void MapFlags(this IEndpointRouteBuilder routes)
    {
        var flags = routes.MapGroup("/api/v1/flags");
        flags.MapGet("/", ListAsync).RequireRole(Role.View);
        flags.MapPost("/", ReportAsync).WithMetadata(new RequestSizeLimitAttribute(MaxReportBytes)).ReadBy(Readers.People);
        flags.MapPost("/{id}/confirm", ConfirmAsync).RequireRole(Role.Operate);
        flags.MapPost("/{id}/dismiss", DismissAsync).RequireRole(Role.Operate);
        flags.MapDelete("/{id}", RemoveAsync).RequireRole(Role.Operate);
    }

    private static Task<IResult> ListAsync(HttpContext context, string? status, string? project, FlagOperations flags) => Api.Guard(context, async () =>
    {
        if (!TryStatus(status, out var wanted)) return await Api.WrongAsync(context, $"status is {Api.Quote(status)}: it must be open, confirmed or dismissed.");
        ProjectName? name = null;
        if (project is not null)
        {
            if (!ProjectName.TryParse(project, out var parsed)) return await Api.WrongAsync(context, $"{Api.Quote(project)} is no valid project name.");
            name = parsed;
        }
        return Results.Json(new { flags = (await flags.ListAsync(wanted, name, context.RequestAborted)).Select(Row) });
    });

    private static Task<IResult> ReportAsync(HttpContext context, ReportRequest request, PackageReports reports) => Api.Guard(context, async () =>
    {
        var answer = await reports.TakeAsync(context, request);
        return answer.IsTaken ? Results.Json(new { id = answer.Id, text = answer.Text }, statusCode: answer.Status) : await Api.WrongAsync(context, answer.Text, answer.Status);
    });

    private static Task<IResult> ConfirmAsync(HttpContext context, string id, DecisionRequest request, FlagOperations flags) =>
        DecideAsync(context, id, FlagStatus.Confirmed, request.Reason, flags);

    private static Task<IResult> DismissAsync(HttpContext context, string id, DecisionRequest request, FlagOperations flags) =>
        string.IsNullOrWhiteSpace(request.Reason)
            ? Api.WrongAsync(context, "reason is missing: it goes on record.")
            : DecideAsync(context, id, FlagStatus.Dismissed, request.Reason, flags);

    private static Task<IResult> DecideAsync(HttpContext context, string id, FlagStatus status, string? reason, FlagOperations flags) => Api.Guard(context, async () =>
    {
        if (reason?.Length > FlagOperations.MaxReason) return await Api.WrongAsync(context, $"reason is longer than {FlagOperations.MaxReason} characters.");
        return await flags.DecideAsync(id, status, context.Caller().Name, reason, context.RequestAborted) is { } flag ? Results.Json(Row(flag)) : await MissingAsync(context, id);
    });

    private static Task<IResult> RemoveAsync(HttpContext context, string id, FlagOperations flags) => Api.Guard(context, async () =>
        await flags.RemoveAsync(id, context.Caller().Name, context.RequestAborted) ? Results.NoContent() : await MissingAsync(context, id));

    private static Task<IResult> MissingAsync(HttpContext context, string id) => Api.WrongAsync(context, $"There is no flag {Api.Quote(id)}.", StatusCodes.Status404NotFound);

    private static bool TryStatus(string? text, out FlagStatus? status)
    {
        status = text switch
        {
            "open" => FlagStatus.Open,
            "confirmed" => FlagStatus.Confirmed,
            "dismissed" => FlagStatus.Dismissed,
            _ => null,
        };
        return text is null || status is not null;
    }

    private static object Row(Flag flag) => new
    {
        id = flag.Id,
        project = flag.Target.Project.Value,
        version = flag.Target.Version,
        filename = flag.Target.Filename,
        status = flag.Status.ToString().ToLowerInvariant(),
        firstReported = flag.FirstReported,
        lastReported = flag.LastReported,
        count = flag.Count,
        signedIn = flag.SignedIn,
        reports = flag.Reports,
        decision = flag.Decision,
    };
}

/// <summary>Confirm or dismiss a flag.</summary>
/// <param name="Reason">Why, up to 1,000 characters; clients see it where a flag is confirmed. Required to dismiss.</param>
public sealed record DecisionRequest(string? Reason);
