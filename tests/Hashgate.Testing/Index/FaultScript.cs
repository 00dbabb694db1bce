namespace Hashgate.Testing;

/// <summary>Which fault meets which request: by unescaped path, in the order they were scripted, each for a number of turns.</summary>
public sealed class FaultScript
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];

    /// <summary>One request for this path; <c>*</c> is every path.</summary>
    public FaultScript Once(string path, Fault fault) => Times(path, 1, fault);

    public FaultScript Times(string path, int turns, Fault fault)
    {
        lock (_lock) _entries.Add(new Entry(path, fault) { Left = turns });
        return this;
    }

    public FaultScript Always(string path, Fault fault) => Times(path, int.MaxValue, fault);

    /// <summary>Ends every fault of a path, or all of them.</summary>
    public void Clear(string? path = null)
    {
        lock (_lock) _entries.RemoveAll(e => path is null || e.Path == path);
    }

    internal Fault Take(string path)
    {
        lock (_lock)
        {
            var entry = _entries.Find(e => e.Path == path || e.Path == "*");
            if (entry is null) return Fault.None;
            if (entry.Left != int.MaxValue && --entry.Left == 0) _entries.Remove(entry);
            return entry.Fault;
        }
    }

    private sealed class Entry(string path, Fault fault)
    {
        public string Path { get; } = path;
        public Fault Fault { get; } = fault;
        public int Left { get; set; }
    }
}
