using Hashgate.Proxy.Access;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Telemetry;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/metrics</c>: what Prometheus reads.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        var route = routes.MapGet("/metrics", static (HttpContext context, MetricCatalogue catalogue) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return Results.Text(PrometheusText.Write(catalogue.Metrics), PrometheusText.ContentType);
        }).ReadBy(Readers.Everyone);
        if (!routes.ServiceProvider.GetRequiredService<HashgateSettings>().Metrics.Anonymous) route.RequireRole(Role.View);
    }
}
