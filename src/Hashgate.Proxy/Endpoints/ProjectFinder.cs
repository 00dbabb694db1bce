using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Finds the project that a route names, and answers where there is none to be had.</summary>
internal sealed class ProjectFinder(ProjectPages pages, Refusal refusal, TimeProvider time)
{
    /// <summary>404 for what can't be a project's name.</summary>
    public static Task WriteNoNameAsync(HttpContext context) => Refusal.WriteMissingAsync(context, "That is no valid project name.");

    /// <summary>By the clock that says when a page was fetched.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <inheritdoc cref="ProjectPages.Fresh"/>
    public PageLookup.Found? Fresh(ProjectName name) => pages.Fresh(name);

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
    public async Task<PageLookup.Found?> FindAsync(HttpContext context, string project)
    {
        if (ProjectName.TryParse(project, out var name)) return await FindAsync(context, name);
        await WriteNoNameAsync(context);
        return null;
    }
}
