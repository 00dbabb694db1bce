using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Hosting;
using Microsoft.AspNetCore.Http.Metadata;

namespace Hashgate.Proxy.Endpoints;

/// <summary>What the routes under <c>/api/v1</c> answer alike.</summary>
internal static class Api
{
    /// <summary>
    /// Where routes of the API are mapped to. One that reads JSON answers 415, and what to send, to a body of another type; the framework
    /// would take the route for another, and answer that there is none.
    /// </summary>
    public static IEndpointRouteBuilder MapApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("");
        ((IEndpointConventionBuilder)api).Finally(static endpoint =>
        {
            var accepted = endpoint.Metadata.OfType<IAcceptsMetadata>().ToArray();
            if (accepted.Length == 0 || endpoint.RequestDelegate is not { } answer) return;
            foreach (var each in accepted) endpoint.Metadata.Remove(each);
            endpoint.RequestDelegate = context => context.Request.HasJsonContentType()
                ? answer(context)
                : Problem.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "Not done", "Send the body as JSON, with the header 'Content-Type: application/json'.");
        });
        return api;
    }

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
