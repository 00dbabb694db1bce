namespace Hashgate.Core.SimpleApi;

/// <summary>
/// The API version under which a page is served: never more than the page holds, never more than the upstream told
/// (simple repository API, "Versioning PyPI's Simple API").
/// </summary>
internal static class ServedVersions
{
    /// <summary>HTML is frozen here (PEP 833).</summary>
    private static readonly ApiVersion NewestHtml = new(1, 4);

    /// <summary>The first that promises <c>size</c> on every file, and <c>versions</c>.</summary>
    private static readonly ApiVersion WithSizes = new(1, 1);

    /// <summary>The first with <c>provenance</c>.</summary>
    public static readonly ApiVersion WithProvenance = new(1, 3);

    /// <summary>The first with <c>project-status</c>.</summary>
    public static readonly ApiVersion WithStatus = new(1, 4);

    /// <summary>The first with <c>namespaces</c>.</summary>
    public static readonly ApiVersion WithNamespaces = new(1, 5);

    public static ApiVersion Html(ServedPage page) => ApiVersion.Min(page.Upstream.ApiVersion, NewestHtml);

    /// <summary>
    /// A page that lacks a size, or the list of versions (what was read from HTML lacks both), can be 1.0 only, and so can
    /// one that lists a stub.
    /// </summary>
    public static ApiVersion Json(ServedPage page)
    {
        var told = ApiVersion.Min(page.Upstream.ApiVersion, ApiVersion.Newest);
        if (told.CompareTo(WithSizes) < 0) return told;
        return page.Upstream.Versions is not null && page.Files.All(file => file.Source?.Size is not null) ? told : ApiVersion.Oldest;
    }

    public static ApiVersion JsonList(ApiVersion upstream) => ApiVersion.Min(upstream, ApiVersion.Newest);

    public static ApiVersion HtmlList(ApiVersion upstream) => ApiVersion.Min(upstream, NewestHtml);
}
