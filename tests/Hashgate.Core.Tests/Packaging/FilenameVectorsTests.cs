using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class FilenameVectorsTests
{
    [Fact]
    public void Filenames_read_as_the_reference_reads_them() =>
        VectorFiles.Check("filenames.jsonl", Expected, line =>
        {
            var filename = line.GetProperty("filename").GetString()!;
            if (WheelFilename.TryParse(filename, out var wheel))
            {
                return $"wheel {wheel.Name} {wheel.Version} {wheel.Build} {string.Join(' ', wheel.Tags.Expand().Select(tag => tag.ToString()).Order(StringComparer.Ordinal))}";
            }
            return SdistFilename.TryParse(filename, out var sdist) ? $"sdist {sdist.Name} {sdist.Version}" : "unreadable";
        });

    private static string Expected(JsonElement line)
    {
        var start = $"{line.GetProperty("kind").GetString()} {line.GetProperty("name").GetString()} {line.GetProperty("version").GetString()}";
        if (!line.TryGetProperty("tags", out var tags)) return start;
        var build = line.GetProperty("build") is { ValueKind: JsonValueKind.Array } pair ? pair[0].GetRawText() + pair[1].GetString() : "";
        return $"{start} {build} {string.Join(' ', tags.EnumerateArray().Select(tag => tag.GetString()))}";
    }

    [Fact]
    public void Filenames_on_their_own_projects_page_belong_there() =>
        VectorFiles.Check(
            "filenames.jsonl",
            line => ProjectName.TryParse(line.GetProperty("name").GetString(), out _) ? line.GetProperty("kind").GetString() + " of its own page, first candidate" : null,
            line =>
            {
                var filename = line.GetProperty("filename").GetString()!;
                var project = ProjectName.Parse(line.GetProperty("name").GetString()!);
                var read = DistributionFilename.Read(project, filename);
                var candidates = DistributionFilename.CandidateProjects(filename);
                return $"{(read.Kind == DistributionKind.Wheel ? "wheel" : "sdist")} of {(read.IsForeign ? "another" : "its own")} page, {(candidates[0] == project ? "first" : "no")} candidate";
            });
}
