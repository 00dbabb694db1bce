using System.Text.Json.Nodes;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Liveness and readiness.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var alive = new JsonObject { ["status"] = "alive", ["version"] = ProgramVersion.Number, ["packages"] = ProgramVersion.Packages }.ToJsonString();
        routes.MapGet("/healthz", () => Results.Text(alive, "application/json")).ReadBy(Readers.Everyone);
        routes.MapGet("/readyz", static (Readiness readiness) =>
        {
            var (status, reasons) = readiness.Tell();
            // Degraded is still ready: cached and proven files go on, and every replica would say the same.
            return Results.Json(new { status, reasons }, statusCode: status is Readiness.DrainingStatus or Readiness.StartingStatus ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
        }).ReadBy(Readers.Everyone);
    }
}
