using System.Text;
using Hashgate.Core.Locks;
using Hashgate.Core.Serving;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace Hashgate.Proxy.Endpoints;

/// <summary>
/// <c>POST /api/v1/check?filename=…</c>: what would be refused of a requirements or lock file, which is the body as it is. Anybody may ask,
/// within bounds.
/// </summary>
internal static class CheckEndpoints
{
    /// <summary>The largest file checked, in bytes.</summary>
    public const int MaxBytes = 4 << 20;

    public static void MapCheck(this IEndpointRouteBuilder routes) => routes.MapPost("/api/v1/check", CheckAsync).ReadBy(Readers.People);

    private static async Task CheckAsync(HttpContext context, string? filename, LockCheck check, CheckLimits limits)
    {
        using var turn = limits.Enter(RequestInfo.Client(context));
        if (!turn.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "5";
            await Problem.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many checks", "Too many files were checked lately: try again in some seconds.");
            return;
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBytes;
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body.GetBuffer(), 0, (int)body.Length);
            var items = LockReader.Read(filename ?? "requirements.txt", text);
            await Results.Json(CheckReport.Of(await check.RunAsync(items, context.RequestAborted))).ExecuteAsync(context);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await Problem.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "Too large", $"The file has more than {MaxBytes} bytes.");
        }
        catch (DecoderFallbackException)
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "Not checked", "The file is not UTF-8 text.");
        }
        catch (FormatException error)
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "Not checked", $"The file can't be read: {RefusalPhrase.PrintableAscii(error.Message)}.");
        }
    }
}
