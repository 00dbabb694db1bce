using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Finds the project that a route names, and answers where there is none to be had.</summary>
internal sealed class ProjectFinder(ProjectPages pages, Refusal refusal)
{
    /// <summary>The normalized name; null after a 404.</summary>
    public static async Task<ProjectName?> NameAsync(HttpContext context, string project)
    {
        if (ProjectName.TryParse(project, out var name)) return name;
        await Refusal.WriteMissingAsync(context, "That is no valid project name.");
        return null;
    }

    /// <summary>The project's view; null after a 404 or 504.</summary>
    public async Task<PageLookup.Found?> FindAsync(HttpContext context, ProjectName name)
    {
        switch (await pages.GetAsync(name, context.RequestAborted))
        {
            case PageLookup.Found found:
                return found;
            case PageLookup.Unavailable unavailable:
                await refusal.WriteUnavailableAsync(context, name.Value, unavailable.Upstream.Name, unavailable.Error);
                return null;
            default:
                await Refusal.WriteMissingAsync(context, $"There is no project {name}.");
                return null;
        }
    }

    /// <inheritdoc cref="FindAsync(HttpContext, ProjectName)"/>
    public async Task<PageLookup.Found?> FindAsync(HttpContext context, string project) =>
        await NameAsync(context, project) is { } name ? await FindAsync(context, name) : null;
}
