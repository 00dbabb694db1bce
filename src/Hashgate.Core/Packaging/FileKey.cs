namespace Hashgate.Core.Packaging;

/// <summary>
/// What one trust record is kept under within its project: the same for every spelling of a filename that installers take
/// for one file (project, canonical version, build, tags and extension), so that an alias opens no fresh first use. A
/// filename that no grammar reads is its own key.
/// </summary>
/// <remarks>
/// Written as the canonical filename after <see cref="CanonicalMark"/>, or as the exact one after <see cref="ExactMark"/>:
/// the first character tells the kinds apart, so no filename of one kind can be spelled into a key of the other.
/// </remarks>
public readonly record struct FileKey(string Value)
{
    private const char CanonicalMark = '~';
    private const char ExactMark = '=';

    /// <summary>The key of a filename under its project.</summary>
    public static FileKey Of(ProjectName project, string filename) => DistributionFilename.Read(project, filename).Key;

    // Versions, builds and tags hold no dash and the name's own are escaped, so the parts can't run into one another; a
    // build begins with a digit, an interpreter doesn't.
    internal static FileKey Of(WheelFilename wheel) =>
        new($"{CanonicalMark}{Escape(wheel.Name)}-{wheel.Version.Canonical}-{(wheel.Build is { } build ? $"{build}-" : "")}{wheel.Tags}.whl");

    /// <summary>What the keys of all of a project's readable filenames begin with, up to the version.</summary>
    internal static string StartOf(ProjectName project) => $"{CanonicalMark}{Escape(project.Value)}-";

    internal static FileKey Of(SdistFilename sdist) =>
        new($"{CanonicalMark}{Escape(sdist.Name)}-{sdist.Version.Canonical}{sdist.Extension}");

    internal static FileKey OfUnreadable(string filename) => new(ExactMark + filename);

    private static string Escape(string name) => name.Replace('-', '_');

    public override string ToString() => Value;
}
