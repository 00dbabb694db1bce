using Hashgate.Proxy.Telemetry;

namespace Hashgate.Proxy.Hosting;

/// <summary>The last resort for bugs and broken machines: told with the request's id, and never as a 500 for what installers ask for, which they would hammer.</summary>
internal static partial class UnexpectedErrors
{
    /// <summary>What every request goes through first, and leaves last: so it is also where answers are counted.</summary>
    public static IApplicationBuilder UseUnexpectedErrors(this WebApplication app)
    {
        var counters = app.Services.GetRequiredService<RequestCounters>();
        return app.Use((context, next) => AnswerAsync(app, context, next, counters));
    }

    private static async Task AnswerAsync(WebApplication app, HttpContext context, RequestDelegate next, RequestCounters counters)
    {
        var isCut = true;
        try
        {
            await next(context);
            isCut = false;
        }
        catch (Exception error) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            LogUnexpected(app.Logger, context.Request.Method, RequestInfo.Id(context), error);
            context.Response.Clear();
            var id = RequestInfo.Id(context);
            await Problem.WriteAsync(context, IsForInstallers(context.Request.Path) ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status500InternalServerError,
                "Internal error", $"Hashgate failed on this request; its log tells more under {id}.", $"Hashgate: internal error, request {id}", ("requestId", id));
            isCut = false;
        }
        finally
        {
            counters.Count(context, isCut);
        }
    }

    private static bool IsForInstallers(PathString path) =>
        path.StartsWithSegments("/simple") || path.StartsWithSegments("/packages") || path.StartsWithSegments("/files");

    [LoggerMessage(3021, LogLevel.Error, "{Method} request {RequestId} failed")]
    private static partial void LogUnexpected(ILogger logger, string method, string requestId, Exception error);
}
