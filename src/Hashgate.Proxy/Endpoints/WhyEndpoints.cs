using Hashgate.Core.Trust;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/why/&lt;project&gt;[/&lt;version&gt;]</c>: the verdict in words, for the person whose install was refused, and the form to report what they found.</summary>
internal static class WhyEndpoints
{
    public static void MapWhy(this IEndpointRouteBuilder everything)
    {
        var isOpen = everything.ServiceProvider.GetRequiredService<HashgateSettings>().Access.OpenWhy;
        var routes = everything.MapGroup("").ReadBy(isOpen ? Readers.Everyone : Readers.People);
        routes.MapGet("/why/{project}", static (HttpContext context, string project, ProjectFinder projects, HashgateSettings settings) =>
            GetAsync(context, project, null, projects, settings));
        routes.MapGet("/why/{project}/{version}", GetAsync);
        routes.MapPost("/why/{project}", static (HttpContext context, string project, PackageReports reports, RequestInfo requests) =>
            PostAsync(context, project, null, reports, requests)).WithMetadata(new RequestSizeLimitAttribute(FlagEndpoints.MaxReportBytes));
        routes.MapPost("/why/{project}/{version}", PostAsync).WithMetadata(new RequestSizeLimitAttribute(FlagEndpoints.MaxReportBytes));
    }

    private static async Task GetAsync(HttpContext context, string project, string? version, ProjectFinder projects, HashgateSettings settings)
    {
        if (await projects.FindAsync(context, project) is not { View: var view }) return;
        var report = WhyReport.Of(view, version, settings.Policy.Contact);
        context.Response.Headers.Vary = "Accept";
        if (WantsJson(context)) await Results.Json(report).ExecuteAsync(context);
        else await Html.WriteAsync(context, StatusCodes.Status200OK, $"Why {report.Project}", WhyPage.Body(report));
    }

    private static async Task PostAsync(HttpContext context, string project, string? version, PackageReports reports, RequestInfo requests)
    {
        var answer = await TakeAsync(context, project, version, reports, requests);
        if (WantsJson(context)) await Results.Json(new { id = answer.Id, text = answer.Text }, statusCode: answer.Status).ExecuteAsync(context);
        else await Html.WriteAsync(context, answer.Status, "Report", WhyPage.Answer(answer));
    }

    private static async Task<ReportAnswer> TakeAsync(HttpContext context, string project, string? version, PackageReports reports, RequestInfo requests)
    {
        if (!requests.IsSameOrigin(context)) return new ReportAnswer(StatusCodes.Status403Forbidden, "The report came from another site's page: send it from the form on this one.");
        try
        {
            if (!context.Request.HasFormContentType) return new ReportAnswer(StatusCodes.Status415UnsupportedMediaType, "A report is the form on this page, or JSON at /api/v1/flags.");
            // Nothing of a form goes to the disk, and one of thousands of fields is no report.
            var form = await context.Request.ReadFormAsync(new FormOptions { ValueCountLimit = 16, MemoryBufferThreshold = FlagEndpoints.MaxReportBytes }, context.RequestAborted);
            return await reports.TakeAsync(context, new ReportRequest(project, version ?? form["version"], form["filename"], form["reason"]));
        }
        catch (BadHttpRequestException error)
        {
            return new ReportAnswer(error.StatusCode, "The report is too long or cut off.");
        }
        catch (InvalidDataException)
        {
            return new ReportAnswer(StatusCodes.Status400BadRequest, "That is no form of this page.");
        }
        catch (StoreUnavailableException)
        {
            return new ReportAnswer(StatusCodes.Status503ServiceUnavailable, "Reports can't be taken now: try again later.");
        }
    }

    private static bool WantsJson(HttpContext context) => context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase);
}
