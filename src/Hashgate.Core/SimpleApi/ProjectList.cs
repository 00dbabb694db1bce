using System.Buffers;
using System.Text;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.SimpleApi;

/// <summary>
/// An upstream's project list: its names as the upstream spells them, in its order. All names lie in one array (PyPI's 0.7
/// million take 13 MB so, five times that as strings), ready to be written out again.
/// </summary>
public sealed class ProjectList
{
    private readonly byte[] _names;
    private readonly int[] _ends;

    private ProjectList(byte[] names, int[] ends, ApiVersion apiVersion, long? lastSerial, int dropped) =>
        (_names, _ends, ApiVersion, LastSerial, Dropped) = (names, ends, apiVersion, lastSerial, dropped);

    public ApiVersion ApiVersion { get; }

    /// <summary>PyPI's global serial.</summary>
    public long? LastSerial { get; }

    /// <summary>How many names were left out because they are none.</summary>
    public int Dropped { get; }

    public int Count => _ends.Length;

    /// <summary>A name in ASCII: valid, not normalized.</summary>
    public ReadOnlySpan<byte> this[int index] => _names.AsSpan((index == 0 ? 0 : _ends[index - 1]).._ends[index]);

    /// <summary>All names.</summary>
    public IEnumerable<string> Names()
    {
        for (var i = 0; i < Count; i++) yield return Encoding.ASCII.GetString(this[i]);
    }

    /// <summary>Several lists as one: of each the names that <paramref name="keep"/> lets through, the version the oldest of theirs.</summary>
    public static ProjectList Merge(IReadOnlyList<(string Owner, ProjectList List)> lists, Func<string, ProjectName, bool> keep)
    {
        var merged = new Builder(PageLimits.Default with { MaxProjects = int.MaxValue });
        foreach (var (owner, list) in lists)
        {
            foreach (var name in list.Names())
            {
                if (ProjectName.TryParse(name, out var project) && keep(owner, project)) merged.Add(name);
            }
        }
        var version = lists.Select(l => l.List.ApiVersion).DefaultIfEmpty(ApiVersion.Oldest).Aggregate(ApiVersion.Min);
        return merged.Build(version, lists is [var only] ? only.List.LastSerial : null);
    }

    /// <summary>Gathers names as they are read.</summary>
    internal sealed class Builder(PageLimits limits)
    {
        private readonly ArrayBufferWriter<byte> _names = new(1 << 16);
        private readonly List<int> _ends = [];
        private int _dropped;

        /// <summary>Whether another name may be added.</summary>
        public bool HasRoom => _ends.Count + _dropped < limits.MaxProjects;

        /// <summary>Takes a name where it is a valid one.</summary>
        public void Add(string name)
        {
            if (!ProjectName.TryParse(name, out _))
            {
                _dropped++;
                return;
            }
            Encoding.ASCII.GetBytes(name, _names);
            _ends.Add(_names.WrittenCount);
        }

        public ProjectList Build(ApiVersion apiVersion, long? lastSerial) =>
            new(_names.WrittenSpan.ToArray(), [.. _ends], apiVersion, lastSerial, _dropped);
    }
}
