using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;

namespace Hashgate.Core.Tests.Trust;

public sealed class ProjectBucketsTests
{
    /// <summary>Records lie where the name says: another answer would lose them.</summary>
    [Theory]
    [InlineData("demo", 11)]
    [InlineData("requests", 62)]
    [InlineData("numpy", 28)]
    [InlineData("a", 32)]
    public void Of_a_name_is_the_same_for_ever(string name, int bucket) => Assert.Equal(bucket, ProjectBuckets.Of(ProjectName.Parse(name)));

    [Fact]
    public void Of_another_spelling_is_the_same() => Assert.Equal(ProjectBuckets.Of(ProjectName.Parse("zope-interface")), ProjectBuckets.Of(ProjectName.Parse("Zope_Interface")));

    [Fact]
    public void Of_many_names_fills_all_buckets_alike()
    {
        var counts = Enumerable.Range(0, 64_000).Select(i => ProjectBuckets.Of(ProjectName.Parse($"project-{i}"))).CountBy(b => b).ToDictionary();
        Assert.Equal(ProjectBuckets.Count, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 800, 1200));
    }

    [Fact]
    public void Sequences_are_a_number_or_one_per_bucket_as_json()
    {
        var each = BucketSequences.All(7).AtLeast(ProjectBuckets.Count).Raised(3, 9);
        Assert.Equal("7", JsonSerializer.Serialize(BucketSequences.All(7)));
        Assert.Equal(each, JsonSerializer.Deserialize<BucketSequences>(JsonSerializer.Serialize(each)));
        Assert.Equal(BucketSequences.All(7), JsonSerializer.Deserialize<BucketSequences>("7"));
        foreach (var wrong in (string[])["-1", "[]", "[1,2]", "\"1\"", "{}", "[1,\"2\"]", $"[{string.Join(',', Enumerable.Repeat(1, 65))}]"])
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<BucketSequences>(wrong));
    }

    [Fact]
    public void Sequences_of_one_kind_of_store_hold_for_the_other_on_the_safe_side()
    {
        var each = BucketSequences.All(7).AtLeast(ProjectBuckets.Count).Raised(3, 9);
        Assert.Equal((BucketSequences.All(9), BucketSequences.All(7)), (each.AtLeast(1), each.AtMost(1)));
        Assert.Equal((9, 7, 64 * 7 + 2), (each.Highest, each.Lowest, each.Total));
        Assert.Equal(BucketSequences.All(8).AtMost(ProjectBuckets.Count).Raised(3, 9), each.Raised(BucketSequences.All(8)));
        Assert.Equal(each, BucketSequences.All(7).Raised(each));
        Assert.Equal(each, each.Raised(3, 8));
    }
}
