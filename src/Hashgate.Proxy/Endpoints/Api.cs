using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Endpoints;

/// <summary>What the routes under <c>/api/v1</c> answer alike.</summary>
internal static class Api
{
    /// <summary>A store that is away is 503, with its reason.</summary>
    public static async Task<IResult> Guard(HttpContext context, Func<Task<IResult>> work)
    {
        try
        {
            return await work();
        }
        catch (StoreUnavailableException error)
        {
            await Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Not to be had now", error.Message);
            return Results.Empty;
        }
    }

    /// <summary>A request that was not done, and why.</summary>
    public static async Task<IResult> WrongAsync(HttpContext context, string why, int status = StatusCodes.Status400BadRequest)
    {
        await Problem.WriteAsync(context, status, "Not done", why);
        return Results.Empty;
    }

    /// <summary>A client's text as an answer may repeat it.</summary>
    public static string Quote(string? text) => $"'{RefusalPhrase.PrintableAscii(text ?? "")}'";
}
