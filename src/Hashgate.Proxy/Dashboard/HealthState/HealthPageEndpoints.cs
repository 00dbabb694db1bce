using Hashgate.Proxy.Access;
using Hashgate.Proxy.Dashboard.Acting;
using Hashgate.Proxy.Webhooks;

namespace Hashgate.Proxy.Dashboard.HealthState;

/// <summary><c>/dashboard/health</c>.</summary>
internal static class HealthPageEndpoints
{
    public static void AddHealthPage(this IServiceCollection services)
    {
        services.AddSingleton<StoreRows>();
        services.AddSingleton<HealthReader>();
    }

    public static void MapHealthPage(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/health", GetAsync);
        pages.MapPost("/act/test-webhook", TestAsync).RequireRole(Role.Operate);
    }

    private static async Task<IResult> GetAsync(HttpContext context, HealthReader reader) => new PageResult<HealthPage, HealthOverview>(await reader.ReadAsync(context.RequestAborted));

    private static Task<IResult> TestAsync(HttpContext context, WebhookOperations webhooks) => ActEndpoints.DoAsync(context, "webhook-tested", async form =>
        await webhooks.TestAsync(form["name"] ?? "", context.Caller().Name, context.RequestAborted) is not { } answer ? "There is no enabled webhook of that name." : answer.Error);
}
