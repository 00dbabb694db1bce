namespace Hashgate.Core.Advisories;

/// <summary>Finds which records speak of one flaw: aliases count both ways and by way of others (OSV schema, "aliases").</summary>
internal static class AliasGroups
{
    /// <summary>For each record the number of its group.</summary>
    public static int[] Of(IReadOnlyList<OsvRecord> records)
    {
        var parents = Enumerable.Range(0, records.Count).ToArray();
        var firstWith = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < records.Count; i++)
        {
            foreach (var id in records[i].Aliases.Prepend(records[i].Id))
            {
                if (!firstWith.TryAdd(id, i)) parents[Root(i)] = Root(firstWith[id]);
            }
        }
        return [.. Enumerable.Range(0, records.Count).Select(Root)];

        int Root(int i)
        {
            while (parents[i] != i) i = parents[i] = parents[parents[i]];
            return i;
        }
    }
}
