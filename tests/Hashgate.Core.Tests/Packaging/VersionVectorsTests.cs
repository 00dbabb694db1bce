using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class VersionVectorsTests
{
    [Fact]
    public void Pairs_compare_as_the_reference_does() =>
        VectorFiles.Check("versions.jsonl", line => line.GetProperty("cmp").GetRawText(), line =>
        {
            var (a, b) = (Version(line, "a"), Version(line, "b"));
            var order = Math.Sign(a.CompareTo(b));
            if (Math.Sign(b.CompareTo(a)) != -order) return "an order that depends on the side";
            if (a == b != (order == 0) || (a == b && a.GetHashCode() != b.GetHashCode())) return "an equality that isn't the order's";
            return a.Canonical == b.Canonical == (order == 0) ? $"{order}" : "a canonical text that isn't the equality's";
        });

    [Fact]
    public void Attributes_are_the_references() => VectorFiles.Check("versions_parse.jsonl", Text, line => Text(JsonSerializer.SerializeToElement(Attributes(line))));

    private static object Attributes(JsonElement line)
    {
        var version = Version(line, "input");
        return new
        {
            normalized = version.ToString(),
            epoch = Number(version.Epoch),
            release = version.Release.Select(number => Number(number)),
            pre = version.Pre is { } pre ? new object?[] { pre.Letters, Number(pre.Number) } : null,
            post = Number(version.Post),
            dev = Number(version.Dev),
            local = version.Local,
            @public = version.Public,
            base_version = version.BaseVersion,
            is_prerelease = version.IsPrerelease,
            is_postrelease = version.IsPostrelease,
            is_devrelease = version.IsDevrelease,
            canonical = version.Canonical,
            canonical_keep_zeros = version.ToString(),
        };
    }

    // As a JSON number of any size.
    private static JsonElement? Number(VersionNumber? number) => number is { } some ? JsonSerializer.Deserialize<JsonElement>(some.ToString()) : null;

    private static string Text(JsonElement line) =>
        string.Join(' ', from property in line.EnumerateObject() where property.Name != "input" select $"{property.Name}={property.Value.ToString().Replace(" ", "", StringComparison.Ordinal)}");

    [Fact]
    public void The_sorted_lists_are_in_order()
    {
        const string file = "versions_sorted.jsonl";
        var lines = 0;
        var disagreements = new List<string>();
        foreach (var folder in (string?[])[VectorFiles.Samples, VectorFiles.Folder])
        {
            var list = VectorFiles.ReadFolder(folder, file).Select(line => (Rank: line.GetProperty("rank").GetInt32(), Version: Version(line, "version"))).ToList();
            lines += list.Count;
            // Every neighbour, and every version against a far one; then a sort has its say.
            disagreements.AddRange(
                from pair in list.Zip(list.Skip(1)).Concat(list.Zip(list.Skip(list.Count / 2)))
                let order = Math.Sign(pair.First.Version.CompareTo(pair.Second.Version))
                where order != pair.First.Rank.CompareTo(pair.Second.Rank)
                select $"{pair.First.Version} (rank {pair.First.Rank}) compares as {order} to {pair.Second.Version} (rank {pair.Second.Rank})");
            Assert.Equal(list.Select(item => item.Rank), list.OrderBy(item => item.Version).Select(item => item.Rank));
        }
        VectorFiles.Conclude(file, lines, disagreements);
    }

    private static PackageVersion Version(JsonElement line, string property) => PackageVersion.Parse(line.GetProperty(property).GetString()!);
}
