using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class NameVectorsTests
{
    [Fact]
    public void Names_normalize_and_validate_as_the_reference_does() =>
        VectorFiles.Check(
            "names.jsonl",
            line => $"'{line.GetProperty("canonical").GetString()}' valid={line.GetProperty("valid").GetBoolean()} normalized={line.GetProperty("is_normalized").GetBoolean()}",
            line =>
            {
                var input = line.GetProperty("input").GetString()!;
                var valid = ProjectName.TryParse(input, out var name);
                var canonical = ProjectName.Normalize(input);
                return valid && name.Value != canonical ? "two canonical names" : $"'{canonical}' valid={valid} normalized={ProjectName.IsNormalized(input)}";
            });
}
