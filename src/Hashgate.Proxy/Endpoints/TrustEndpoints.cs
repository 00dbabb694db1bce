using Hashgate.Core.Packaging;
using Hashgate.Proxy.Access;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/api/v1/trust</c>: the trust records, and the operator's word on them.</summary>
internal static class TrustEndpoints
{
    public static void MapTrust(this IEndpointRouteBuilder routes)
    {
        var trust = routes.MapGroup("/api/v1/trust");
        trust.MapGet("/{project}", ShowAsync).RequireRole(Role.View);
        trust.MapGet("/", ExportAsync).RequireRole(Role.View);
        trust.MapGet("/-/diff", DiffAsync).RequireRole(Role.View);
        trust.MapPost("/{project}/accept", AcceptAsync).RequireRole(Role.Operate);
        trust.MapPost("/-/accept", AcceptManyAsync).RequireRole(Role.Operate);
        trust.MapPost("/-/import", ImportAsync).RequireRole(Role.Operate);
        trust.MapPost("/-/diff", DiffOfFileAsync).RequireRole(Role.Operate);
        trust.MapPost("/-/restore", RestoreAsync).RequireRole(Role.Operate);
    }

    private static Task<IResult> ShowAsync(HttpContext context, string project, TrustOperations operations) =>
        Api.Guard(context, async () => ProjectName.TryParse(project, out var name)
            ? Results.Json(await operations.ShowAsync(name, context.RequestAborted))
            : await Api.WrongAsync(context, $"{Api.Quote(project)} is no valid project name."));

    private static Task<IResult> ExportAsync(HttpContext context, TrustTransfers transfers) => Api.Guard(context, async () =>
    {
        context.Response.ContentType = "application/jsonl";
        await transfers.ExportAsync(context.Response.BodyWriter, context.RequestAborted);
        return Results.Empty;
    });

    private static Task<IResult> DiffAsync(HttpContext context, TrustTransfers transfers) =>
        Api.Guard(context, async () => Results.Json(await transfers.DiffAsync(context.RequestAborted)));

    private static Task<IResult> DiffOfFileAsync(HttpContext context, TrustTransfers transfers) => Api.Guard(context, async () =>
    {
        TakeAnySize(context);
        var (result, why) = await transfers.DiffAsync(context.Request.Body, context.RequestAborted);
        return result is not null ? Results.Json(result) : await Api.WrongAsync(context, why!);
    });

    private static Task<IResult> AcceptAsync(HttpContext context, string project, AcceptRequest request, TrustOperations operations) => Api.Guard(context, async () =>
    {
        if (!ProjectName.TryParse(project, out var name)) return await Api.WrongAsync(context, $"{Api.Quote(project)} is no valid project name.");
        if (request.Problem is { } problem) return await Api.WrongAsync(context, problem);
        var (accepted, why) = await operations.AcceptAsync(name, request, context.Caller().Name, context.RequestAborted);
        return accepted ? Results.Json(await operations.ShowAsync(name, context.RequestAborted)) : await Api.WrongAsync(context, why!, StatusCodes.Status409Conflict);
    });

    private static Task<IResult> AcceptManyAsync(HttpContext context, AcceptManyRequest request, TrustOperations operations) => Api.Guard(context, async () =>
        request.Problem is { } problem
            ? await Api.WrongAsync(context, problem)
            : Results.Json(await operations.AcceptManyAsync(request, context.Caller().Name, context.RequestAborted)));

    private static Task<IResult> ImportAsync(HttpContext context, TrustTransfers transfers) => Api.Guard(context, async () =>
    {
        TakeAnySize(context);
        var (result, why) = await transfers.ImportAsync(context.Request.Body, context.Caller().Name, context.RequestAborted);
        return result is not null ? Results.Json(result) : await Api.WrongAsync(context, why!);
    });

    private static Task<IResult> RestoreAsync(HttpContext context, RestoreRequest request, TrustTransfers transfers) => Api.Guard(context, async () =>
    {
        var (result, why) = await transfers.RestoreAsync(request.Journals ?? [], request.Local, context.Caller().Name, context.RequestAborted);
        return result is not null ? Results.Json(result) : await Api.WrongAsync(context, why!, StatusCodes.Status409Conflict);
    });

    /// <summary>A store's export is larger than any other request that Hashgate takes.</summary>
    private static void TakeAnySize(HttpContext context)
    {
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
    }
}

/// <summary>Accept other bytes for one file, or a page whose serial went backwards.</summary>
/// <param name="Filename">The file; with <c>.metadata</c> behind it, its core metadata.</param>
/// <param name="Sha256">The digest to trust from now on.</param>
/// <param name="Page">True: take the upstream's page although its serial went backwards.</param>
/// <param name="Reason">Why, in up to 1,000 characters; goes on record.</param>
public sealed record AcceptRequest(string? Filename, string? Sha256, bool? Page, string? Reason)
{
    /// <summary>Characters of a reason; it goes into the journal.</summary>
    internal const int MaxReason = 1000;

    internal static readonly string TooLong = $"reason is longer than {MaxReason} characters.";

    internal string? Problem =>
        string.IsNullOrWhiteSpace(Reason) ? "reason is missing: it goes on record."
        : Reason.Length > MaxReason ? TooLong
        : Page == true ? null
        : string.IsNullOrEmpty(Filename) ? "filename is missing."
        : !Sha256Digest.TryParse(Sha256, out _) ? "sha256 must be 64 hexadecimal digits."
        : null;
}

/// <summary>Accept what a bad upstream left behind.</summary>
public sealed record AcceptManyRequest(string? Upstream, DateTimeOffset? Since, bool ClaimedOnly, bool DryRun, string? Reason)
{
    internal string? Problem =>
        string.IsNullOrWhiteSpace(Upstream) ? "upstream is missing."
        : Since is null ? "since is missing: a time such as 2026-01-31T12:00:00Z."
        : string.IsNullOrWhiteSpace(Reason) && !DryRun ? "reason is missing: it goes on record."
        : Reason?.Length > AcceptRequest.MaxReason ? AcceptRequest.TooLong
        : null;
}

/// <summary>Restore the store from this server's journal, those in the object store, and others on this machine.</summary>
/// <param name="Journals">Directories of other replicas' journals, on this machine.</param>
/// <param name="Local">Leave out those in the object store.</param>
public sealed record RestoreRequest(IReadOnlyList<string>? Journals, bool Local);
