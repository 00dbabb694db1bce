using Hashgate.Core.Packaging;

namespace Hashgate.Core.SimpleApi;

/// <summary>What a page says to clients: the upstream's page with links of our own, recorded digests and refusals in place.</summary>
public sealed record ServedPage(ProjectPage Upstream, IReadOnlyList<ServedFile> Files)
{
    /// <summary>Whether both come out as the same bytes: one upstream's page, with the same files in the same order.</summary>
    public bool SaysTheSameAs(ServedPage other) => ReferenceEquals(Upstream, other.Upstream) && Files.SequenceEqual(other.Files);
}

/// <summary>One file on a <see cref="ServedPage"/>.</summary>
/// <param name="Source">The upstream's entry; null for a stub that stands for a refused project without files.</param>
/// <param name="Filename">The filename shown, the last component of <paramref name="Href"/> once that is unescaped.</param>
/// <param name="Sha256">The digest that the link carries; null only where a setting allows files without one.</param>
/// <param name="Yanked">Upstream's own yank, or the refusal's phrase.</param>
/// <param name="CoreMetadata">The digest under which <c>.metadata</c> is served; null: not advertised.</param>
/// <param name="Provenance">An absolute https URL, or null.</param>
public sealed record ServedFile(
    ProjectFile? Source,
    string Filename,
    ServedLink Href,
    Sha256Digest? Sha256,
    Yank Yanked,
    Sha256Digest? CoreMetadata,
    string? Provenance);
