using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class SpecifierVectorsTests
{
    [Fact]
    public void Contains_answers_as_the_reference() =>
        VectorFiles.Check(
            "specifiers.jsonl",
            line => string.Join(' ', from name in (string[])["contains", "pre", "nopre"] select line.GetProperty(name).GetBoolean()),
            line =>
            {
                var specifiers = Specifiers(line);
                var version = line.GetProperty("version").GetString()!;
                return $"{specifiers.Contains(version)} {specifiers.Contains(version, prereleases: true)} {specifiers.Contains(version, prereleases: false)}";
            });

    [Fact]
    public void Filter_keeps_what_the_reference_keeps() =>
        VectorFiles.Check(
            "filter.jsonl",
            line => string.Join(" | ", from name in (string[])["filter", "pre", "nopre"] select string.Join(' ', Strings(line, name))),
            line =>
            {
                var specifiers = Specifiers(line);
                var candidates = Strings(line, "candidates");
                return string.Join(" | ", from pre in (bool?[])[null, true, false] select string.Join(' ', specifiers.Filter(candidates, pre)));
            });

    [Fact]
    public void The_highest_that_filter_keeps_is_the_references() =>
        VectorFiles.Check(
            "filter.jsonl",
            line => line.GetProperty("max").GetString() ?? "none",
            line => Specifiers(line).Filter(Strings(line, "candidates")).MaxBy(text => PackageVersion.TryParse(text, out var version) ? version : null) ?? "none");

    private static VersionSpecifiers Specifiers(JsonElement line) => VersionSpecifiers.Parse(line.GetProperty("spec").GetString()!);

    private static List<string> Strings(JsonElement line, string property) => [.. line.GetProperty(property).EnumerateArray().Select(item => item.GetString()!)];
}
