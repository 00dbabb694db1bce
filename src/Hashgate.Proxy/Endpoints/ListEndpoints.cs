using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/simple/</c>: the project list.</summary>
internal static class ListEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapProjectList(this IEndpointRouteBuilder routes) => routes.MapMethods("/simple/", Methods, GetAsync);

    private static async Task GetAsync(HttpContext context, ProjectLists lists, Refusal refusal)
    {
        if (context.Request.Path.Value != "/simple/")
        {
            context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            context.Response.Headers.Location = $"{context.Request.PathBase}/simple/";
            return;
        }
        if (PageNegotiation.Choose(context) is not { } form)
        {
            await PageNegotiation.WriteNotAcceptableAsync(context);
            return;
        }
        var (page, upstream, error) = await lists.GetAsync(form.Representation, form.Gzip, context.RequestAborted);
        if (page is not null) await PageNegotiation.WriteAsync(context, page, form.Representation);
        else await refusal.WriteUnavailableAsync(context, "/simple/", upstream!.Name, error!);
    }
}
