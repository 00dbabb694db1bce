namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary><c>/dashboard</c>.</summary>
internal static class OverviewEndpoint
{
    public static void MapOverview(this IEndpointRouteBuilder pages) => pages.MapGet("", GetAsync);

    private static async Task<IResult> GetAsync(HttpContext context, string? range, OverviewReader reader) =>
        new PageResult<OverviewPage, Overview>(await reader.ReadAsync(context, OverviewRange.Of(range)));
}
