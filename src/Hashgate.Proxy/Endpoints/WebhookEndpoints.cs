using Hashgate.Proxy.Access;
using Hashgate.Proxy.Webhooks;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/api/v1/webhooks</c>: how each is doing, and a test of one.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var webhooks = routes.MapGroup("/api/v1/webhooks");
        webhooks.MapGet("/", static (WebhookDispatcher all) => Results.Json(new { webhooks = all.States })).RequireRole(Role.View);
        webhooks.MapPost("/{name}/test", TestAsync).RequireRole(Role.Operate);
    }

    private static Task<IResult> TestAsync(HttpContext context, string name, WebhookOperations webhooks) => Api.Guard(context, async () =>
        await webhooks.TestAsync(name, context.Caller().Name, context.RequestAborted) is { } answer
            ? Results.Json(new { delivered = answer.IsDelivered, status = answer.Status, error = answer.Error, body = answer.Body })
            : await Api.WrongAsync(context, $"There is no webhook {Api.Quote(name)} that is enabled.", StatusCodes.Status404NotFound));
}
