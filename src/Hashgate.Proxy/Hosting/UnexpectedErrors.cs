namespace Hashgate.Proxy.Hosting;

/// <summary>The last resort for bugs and broken machines: told with the request's id, and never as a 500 for what installers ask for, which they would hammer.</summary>
internal static partial class UnexpectedErrors
{
    public static IApplicationBuilder UseUnexpectedErrors(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (Exception error) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            LogUnexpected(app.Logger, context.Request.Method, RequestInfo.Id(context), error);
            context.Response.Clear();
            var id = RequestInfo.Id(context);
            await Problem.WriteAsync(context, IsForInstallers(context.Request.Path) ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status500InternalServerError,
                "Internal error", $"Hashgate failed on this request; its log tells more under {id}.", $"Hashgate: internal error, request {id}", ("requestId", id));
        }
    });

    private static bool IsForInstallers(PathString path) =>
        path.StartsWithSegments("/simple") || path.StartsWithSegments("/packages") || path.StartsWithSegments("/files");

    [LoggerMessage(3021, LogLevel.Error, "{Method} request {RequestId} failed")]
    private static partial void LogUnexpected(ILogger logger, string method, string requestId, Exception error);
}
