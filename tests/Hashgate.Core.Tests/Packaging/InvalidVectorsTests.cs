using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class InvalidVectorsTests
{
    [Fact]
    public void What_the_reference_refuses_is_refused() =>
        VectorFiles.Check("invalid.jsonl", line => line.GetProperty("kind").GetString() + " refused", line =>
        {
            var kind = line.GetProperty("kind").GetString()!;
            return $"{kind} {(Reads(kind, line.GetProperty("input").GetString()!) ? "read" : "refused")}";
        });

    private static bool Reads(string kind, string input) => kind switch
    {
        "version" => PackageVersion.TryParse(input, out _),
        "specifier" => VersionSpecifiers.TryParse(input, out _),
        "requirement" => Requirement.TryParse(input, out _),
        "wheel_filename" => WheelFilename.TryParse(input, out _),
        "sdist_filename" => SdistFilename.TryParse(input, out _),
        "other_filename" => WheelFilename.TryParse(input, out _) || SdistFilename.TryParse(input, out _),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The vectors hold a kind that this test doesn't know."),
    };
}
