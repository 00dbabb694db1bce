using Hashgate.Core.Packaging;

namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary><c>/dashboard/projects</c> and <c>/dashboard/files</c>.</summary>
internal static class ProjectEndpoints
{
    public static void AddProjectPages(this IServiceCollection services)
    {
        services.AddSingleton<Core.Serving.KnownProjects>();
        services.AddSingleton<ClaimsReader>();
        services.AddSingleton<ProjectReader>();
        services.AddSingleton<FileReader>();
        services.AddSingleton<ProjectsReader>();
    }

    public static void MapProjectPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/projects", ListAsync);
        pages.MapGet("/projects/{project}", ProjectAsync);
        pages.MapGet("/files/{project}/{filename}", FileAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ProjectsReader reader, string? name) =>
        ProjectName.TryParse(name, out var project)
            ? new SeeOther($"projects/{project}")
            : new PageResult<ProjectsPage, ProjectsInUse>(await reader.ReadAsync(name, context.RequestAborted));

    private static async Task<IResult> ProjectAsync(HttpContext context, ProjectReader reader, string project, string? version, string? show, int? page)
    {
        if (!ProjectName.TryParse(project, out var name)) return NoName();
        var question = new ProjectQuestion(string.IsNullOrWhiteSpace(version) ? null : version.Trim(), show == "refused", page ?? 1);
        return await reader.ReadAsync(name, question, context.RequestAborted) is { } details
            ? new PageResult<ProjectDetailsPage, ProjectDetails>(details)
            : new PageResult<UnknownProjectPage, UnknownProject>(new UnknownProject(name.Value), StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> FileAsync(HttpContext context, FileReader reader, string project, string filename, string? scope, string? since, int? page)
    {
        if (!ProjectName.TryParse(project, out var name)) return NoName();
        var (details, why) = await reader.ReadAsync(name, filename, scope == "release" ? FileScope.Release : FileScope.File, string.IsNullOrWhiteSpace(since) ? null : since, page ?? 1, context.RequestAborted);
        return details is not null ? new PageResult<FilePage, FileDetails>(details) : DashboardGroup.Trouble(StatusCodes.Status400BadRequest, "Wrong question", why!);
    }

    private static IResult NoName() => DashboardGroup.Trouble(StatusCodes.Status404NotFound, "Not found", "That is no valid project name.");
}

/// <summary>A project of which nothing is known here.</summary>
public sealed record UnknownProject(string Project);
