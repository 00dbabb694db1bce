using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Dashboard.Reports;

/// <summary><c>/dashboard/reports</c>.</summary>
internal static class ReportEndpoints
{
    public static void AddReportPage(this IServiceCollection services) => services.AddSingleton<ReportReader>();

    public static void MapReportPage(this IEndpointRouteBuilder pages) => pages.MapGet("/reports", GetAsync);

    private static async Task<IResult> GetAsync(HttpContext context, ReportReader reader, string? status, string? project, int? page)
    {
        ProjectName? name = null;
        if (!string.IsNullOrWhiteSpace(project))
        {
            if (!ProjectName.TryParse(project, out var parsed)) return DashboardGroup.Trouble(StatusCodes.Status400BadRequest, "Wrong question", "That is no valid project name.");
            name = parsed;
        }
        FlagStatus? wanted = Enum.TryParse<FlagStatus>(status, ignoreCase: true, out var read) && Enum.IsDefined(read) ? read : null;
        return new PageResult<ReportsPage, ReportList>(await reader.ReadAsync(wanted, name, page ?? 1, context.RequestAborted));
    }
}
