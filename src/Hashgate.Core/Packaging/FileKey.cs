namespace Hashgate.Core.Packaging;

/// <summary>
/// What one trust record is kept under within its project: the same for every spelling of a filename that installers take
/// for one file (project, canonical version, build, tags and extension), so that an alias opens no fresh first use. A
/// filename that no grammar reads is its own key.
/// </summary>
public readonly record struct FileKey(string Value)
{
    public override string ToString() => Value;
}
