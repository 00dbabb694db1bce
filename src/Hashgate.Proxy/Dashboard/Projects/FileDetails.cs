using Hashgate.Core.Downloads;

namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary>What the page "who has this file" shows.</summary>
/// <param name="Version">The file's; null where none can be read.</param>
/// <param name="Sha256">The recorded digest; null where none is known.</param>
/// <param name="File">How the file stands; null where its project isn't known here any more.</param>
/// <param name="Scope">Whose downloads: the file's, or the release's.</param>
/// <param name="Since">As asked for: <c>180d</c>, or a day.</param>
/// <param name="OtherNames">Where the same bytes went out under another name.</param>
public sealed record FileDetails(
    string Project, string Filename, string? Version, string? Sha256, FileRow? File, FileScope Scope, string Since, BlastRadius Reach, IReadOnlyList<OtherName> OtherNames, int Page)
{
    /// <summary>Holders on one page.</summary>
    public const int HoldersOnPage = 100;

    public int Pages => Math.Max(1, (Reach.Holders.Count + HoldersOnPage - 1) / HoldersOnPage);

    /// <summary>Those of this page.</summary>
    public IEnumerable<FileHolder> Holders => Reach.Holders.Skip((Page - 1) * HoldersOnPage).Take(HoldersOnPage);
}

/// <summary>Whose downloads are looked at.</summary>
public enum FileScope
{
    File,

    /// <summary>Every file of its version.</summary>
    Release,
}

/// <summary>The same bytes under another name.</summary>
public sealed record OtherName(string Project, string Filename, long Downloads, int Clients);
