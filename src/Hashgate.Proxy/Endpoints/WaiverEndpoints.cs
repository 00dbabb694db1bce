using Hashgate.Core.Packaging;
using Hashgate.Proxy.Access;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/api/v1/waivers</c>: what operators let through although a rule refuses it.</summary>
internal static class WaiverEndpoints
{
    public static void MapWaivers(this IEndpointRouteBuilder routes)
    {
        var waivers = routes.MapGroup("/api/v1/waivers");
        waivers.MapGet("/", ListAsync).RequireRole(Role.View);
        waivers.MapPost("/", AddAsync).RequireRole(Role.Operate);
        waivers.MapDelete("/{id}", RemoveAsync).RequireRole(Role.Operate);
    }

    private static Task<IResult> ListAsync(HttpContext context, string? project, WaiverOperations waivers) => Api.Guard(context, async () =>
    {
        if (project is null) return Results.Json(new { waivers = await waivers.ListAsync(null, context.RequestAborted) });
        return ProjectName.TryParse(project, out var name)
            ? Results.Json(new { waivers = await waivers.ListAsync(name, context.RequestAborted) })
            : await Api.WrongAsync(context, $"{Api.Quote(project)} is no valid project name.");
    });

    private static Task<IResult> AddAsync(HttpContext context, WaiverRequest request, WaiverOperations waivers) => Api.Guard(context, async () =>
    {
        var (waiver, why) = await waivers.AddAsync(request, context.Caller().Name, context.RequestAborted);
        return waiver is not null ? Results.Json(waiver, statusCode: StatusCodes.Status201Created) : await Api.WrongAsync(context, why!);
    });

    private static Task<IResult> RemoveAsync(HttpContext context, string id, WaiverOperations waivers) => Api.Guard(context, async () =>
        await waivers.RemoveAsync(id, context.Caller().Name, context.RequestAborted)
            ? Results.NoContent()
            : await Api.WrongAsync(context, $"There is no waiver {Api.Quote(id)}.", StatusCodes.Status404NotFound));
}

/// <summary>Let files through that one rule refuses.</summary>
/// <param name="Project">Any spelling of its name.</param>
/// <param name="Rule">The rule's name; none that guards the proof.</param>
/// <param name="Versions">Version specifiers such as <c>==1.2</c> or <c>&gt;=2,&lt;3</c>; none: every version.</param>
/// <param name="Sha256">One file only, by its digest.</param>
/// <param name="Reason">Why; goes on record.</param>
/// <param name="Expires">When it ends by itself, in the future; none: when it is taken back.</param>
public sealed record WaiverRequest(string? Project, string? Rule, string? Versions, string? Sha256, string? Reason, DateTimeOffset? Expires);

/// <summary>A waiver as the API shows it.</summary>
/// <param name="Expired">It is past its end and lifts nothing any more.</param>
public sealed record WaiverRow(
    string Id, string Project, string Rule, string? Versions, string? Sha256, string Reason, string Actor, DateTimeOffset Created, DateTimeOffset? Expires, bool Expired);
