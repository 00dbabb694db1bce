using Hashgate.Proxy.Access;
using Hashgate.Proxy.Dashboard.Acting;
using Microsoft.AspNetCore.Mvc;

namespace Hashgate.Proxy.Dashboard.PolicyInForce;

/// <summary><c>/dashboard/policy</c>.</summary>
internal static class PolicyPageEndpoints
{
    private const string StandardSince = "30d";

    public static void AddPolicyPage(this IServiceCollection services)
    {
        services.AddSingleton<PolicyReader>();
        services.AddSingleton<TriedSettings>();
    }

    public static void MapPolicyPage(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/policy", GetAsync);
        // It changes nothing, so viewers may; and it costs something, so no link does it.
        pages.MapPost("/policy", TryAsync).RequireRole(Role.View).WithMetadata(new RequestSizeLimitAttribute(ActFields.MaxBytes));
    }

    private static async Task<IResult> GetAsync(HttpContext context, PolicyReader reader) => new PageResult<PolicyPage, PolicyOverview>(await reader.ReadAsync(context.RequestAborted));

    private static async Task<IResult> TryAsync(HttpContext context, PolicyReader reader, TriedSettings tried)
    {
        if (await ActFields.ReadAsync(context) is not { } form) return DashboardGroup.Trouble(StatusCodes.Status400BadRequest, "Not done", "That is no form of the dashboard, or one that is too long.");
        var outcome = await tried.RunAsync(form["since"] ?? StandardSince, form["settings"] ?? "", context.RequestAborted);
        return new PageResult<PolicyPage, PolicyOverview>((await reader.ReadAsync(context.RequestAborted)) with { Replay = outcome }, outcome.Report is null ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
    }
}
