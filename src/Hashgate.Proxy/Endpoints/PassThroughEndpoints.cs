using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.PassThrough;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Legacy JSON and provenance, passed on: they tell of allowed files only.</summary>
internal static class PassThroughEndpoints
{
    public static void MapPassThrough(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/pypi/{project}/json", static (HttpContext context, string project, PassThroughService service) => service.LegacyJsonAsync(context, project, null));
        routes.MapGet("/pypi/{project}/{version}/json", static (HttpContext context, string project, string version, PassThroughService service) => service.LegacyJsonAsync(context, project, version));
        routes.MapGet("/integrity/{project}/{version}/{filename}/provenance", static (HttpContext context, string project, string version, string filename, PassThroughService service) =>
            service.ProvenanceAsync(context, project, version, filename));
    }
}

/// <summary>Asks the page's own view before and while anything is passed on.</summary>
internal sealed class PassThroughService(ProjectFinder projects, JsonPassThrough passThrough, Refusal refusal, RequestInfo requests)
{
    public async Task LegacyJsonAsync(HttpContext context, string project, string? version)
    {
        if (await FindAsync(context, project) is not { } view) return;
        if (version is not null && RefusedRelease(view, version) is { } refused)
        {
            await refusal.WriteAsync(context, view.Project, version, null, refused);
            return;
        }
        var result = await passThrough.LegacyJsonAsync(context, view.Upstream, view.Project, version, Describe(view, requests.BaseUrl(context)));
        await ConcludeAsync(context, view, version, result);
    }

    public async Task ProvenanceAsync(HttpContext context, string project, string version, string filename)
    {
        if (await FindAsync(context, project) is not { } view) return;
        var index = view.Facts.Files.ToList().FindIndex(f => f.File.Filename == filename && !f.Name.IsForeign);
        if (index < 0 || !PackageVersion.TryParse(version, out var parsed) || !parsed.Equals(view.Facts.Files[index].Name.Version) || view.Facts.Files[index].File.Provenance is null)
        {
            await Refusal.WriteMissingAsync(context, "There is no provenance of such a file.");
            return;
        }
        if (view.Decision.Files[index] is { IsRefused: true, Worst: { } finding })
        {
            await refusal.WriteAsync(context, view.Project, version, filename, finding);
            return;
        }
        await ConcludeAsync(context, view, version, await passThrough.ProvenanceAsync(context, view.Upstream, view.Project, version, filename));
    }

    private async Task<ProjectView?> FindAsync(HttpContext context, string project)
    {
        if (await projects.FindAsync(context, project) is not { View: var view }) return null;
        if (view.Decision.Stub?.Worst is not { } finding) return view;
        await refusal.WriteAsync(context, view.Project, null, null, finding);
        return null;
    }

    private async Task ConcludeAsync(HttpContext context, ProjectView view, string? version, PassThroughResult result)
    {
        switch (result)
        {
            case PassThroughResult.NothingAllowed when view.Decision.Files.FirstOrDefault(f => f.IsRefused)?.Worst is { } finding:
                await refusal.WriteAsync(context, view.Project, version, null, finding);
                break;
            // Gone as a whole, and held for that: to say no more than 404 would leave the reason out.
            case PassThroughResult.Failed { Error.Kind: FetchErrorKind.Gone } when version is null && view.Decision is { RefusesAll: true, Files: [{ Worst: { } finding }, ..] }:
                await refusal.WriteAsync(context, view.Project, version, null, finding);
                break;
            case PassThroughResult.NothingAllowed:
            case PassThroughResult.Failed { Error.Kind: FetchErrorKind.Gone }:
                await Refusal.WriteMissingAsync(context, "The upstream has nothing at this address.");
                break;
            case PassThroughResult.Failed failed:
                await refusal.WriteUnavailableAsync(context, context.Request.Path, view.Upstream.Name, failed.Error);
                break;
        }
    }

    /// <summary>The finding that refuses a whole release; null where some file of it is allowed, or there is none.</summary>
    private static Finding? RefusedRelease(ProjectView view, string version)
    {
        if (!PackageVersion.TryParse(version, out var wanted)) return null;
        var release = view.Facts.Files.Select((f, i) => (f, d: view.Decision.Files[i])).Where(e => wanted.Equals(e.f.Name.Version)).Select(e => e.d).ToArray();
        return release.Length > 0 && release.All(d => d.IsRefused) ? release[0].Worst : null;
    }

    private static LegacyView Describe(ProjectView view, string baseUrl)
    {
        var served = view.Page.Files.Where(f => f.Source is not null).DistinctBy(f => f.Filename).ToDictionary(f => f.Filename);
        var allowed = view.Facts.Files.Where((f, i) => !view.Decision.Files[i].IsRefused && !f.Name.IsForeign).DistinctBy(f => f.File.Filename).ToDictionary(f => f.File.Filename);
        return new LegacyView(
            filename => allowed.ContainsKey(filename) ? served.GetValueOrDefault(filename) : null,
            file => $"{baseUrl}/{FilePaths.Escape(allowed[file.Filename].Path)}",
            Newest);
    }

    /// <summary>The newest final release, else the newest of all; versions that can't be read come last.</summary>
    private static string Newest(IReadOnlyList<string> versions) => versions
        .Select(text => (text, version: PackageVersion.TryParse(text, out var parsed) ? parsed : null))
        .OrderByDescending(v => v.version is { IsPrerelease: false }).ThenByDescending(v => v.version)
        .First().text;
}
