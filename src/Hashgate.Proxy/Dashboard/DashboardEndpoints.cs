using Hashgate.Proxy.Access;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Dashboard.Acting;
using Hashgate.Proxy.Dashboard.HealthState;
using Hashgate.Proxy.Dashboard.Pages;
using Hashgate.Proxy.Dashboard.PolicyInForce;
using Hashgate.Proxy.Dashboard.Projects;
using Hashgate.Proxy.Dashboard.Reports;
using Hashgate.Proxy.Dashboard.TokenList;

namespace Hashgate.Proxy.Dashboard;

/// <summary><c>/dashboard</c>: what the people who run Hashgate look at, and act on.</summary>
internal static class DashboardEndpoints
{
    public static void AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton<HealthItems>();
        services.AddSingleton<OverviewReader>();
        services.AddSingleton<EventStoryReader>();
        services.AddProjectPages();
        services.AddReportPage();
        services.AddPolicyPage();
        services.AddHealthPage();
    }

    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/dashboard/assets/{file}", DashboardAssets.Serve).ReadBy(Readers.Everyone);
        var all = routes.MapGroup("/dashboard").WithDashboardHeaders();
        all.MapGet("/theme", Themes.Set).ReadBy(Readers.Everyone);
        all.MapSignIn();
        var pages = all.MapGroup("").ForViewers().WithTroublePages();
        pages.MapOverview();
        pages.MapBlocked();
        pages.MapEventStory();
        pages.MapProjectPages();
        pages.MapReportPage();
        pages.MapPolicyPage();
        pages.MapTokenPage();
        pages.MapHealthPage();
        pages.MapActs();
        pages.MapGet("/{**path}", static () => DashboardGroup.Trouble(StatusCodes.Status404NotFound, "Not found", "The dashboard has no page at this address."));
    }
}
