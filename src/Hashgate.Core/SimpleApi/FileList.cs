namespace Hashgate.Core.SimpleApi;

/// <summary>A page's files as they are read: counted, and each filename once, since a filename is what is trusted and asked for.</summary>
internal sealed class FileList(PageLimits limits, List<DroppedFile> dropped)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _entries;

    public List<ProjectFile> Files { get; } = [];

    /// <summary>Whether another entry may be read.</summary>
    public bool HasRoom => _entries < limits.MaxFiles;

    public void Add(ProjectFile file)
    {
        _entries++;
        if (_names.Add(file.Filename)) Files.Add(file);
        else dropped.Add(new DroppedFile(file.Filename, "its filename is listed twice; the first stands"));
    }

    /// <summary>Notes an entry that is no file, under as much of its name as a filename could have.</summary>
    public void Drop(DroppedFile entry)
    {
        _entries++;
        dropped.Add(entry with { Filename = PageText.Cut(entry.Filename, limits.MaxFilenameLength) });
    }
}
