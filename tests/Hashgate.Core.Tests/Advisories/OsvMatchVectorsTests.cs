using System.IO.Compression;
using System.Text.Json;
using Hashgate.Core.Advisories;
using Hashgate.Core.Packaging;
using Hashgate.Core.Tests.Packaging;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.Advisories;

public sealed class OsvMatchVectorsTests
{
    private const string File = "osv_match.jsonl";

    [Fact]
    public void Versions_match_the_samples_records_as_the_vectors_say()
    {
        var folder = Path.Combine(Repository.Root, "tests", "Hashgate.Core.Tests", "Advisories", "Samples");
        Check(folder, id => System.IO.File.ReadAllBytes(Path.Combine(folder, id + ".json")));
    }

    [Fact]
    public void Versions_match_the_feeds_records_as_the_vectors_say()
    {
        var feed = Path.GetFullPath(Path.Combine(VectorFiles.Folder ?? ".", "..", "osv", "all.zip"));
        if (VectorFiles.Folder is null || !System.IO.File.Exists(feed) || !System.IO.File.Exists(Path.Combine(VectorFiles.Folder, File)))
        {
            // Without the feed the sample is all there is, and its own test has shown it.
            Versions_match_the_samples_records_as_the_vectors_say();
            return;
        }
        using var zip = ZipFile.OpenRead(feed);
        Check(VectorFiles.Folder, id =>
        {
            using var record = new MemoryStream();
            using (var entry = zip.GetEntry(id + ".json")!.Open()) entry.CopyTo(record);
            return record.ToArray();
        });
    }

    private static void Check(string folder, Func<string, byte[]> find)
    {
        var records = new Dictionary<string, OsvRecord>(StringComparer.Ordinal);
        var lines = 0;
        var disagreements = new List<string>();
        foreach (var line in VectorFiles.ReadFolder(folder, File))
        {
            lines++;
            var id = line.GetProperty("id").GetString()!;
            if (!records.TryGetValue(id, out var record))
            {
                Assert.True(OsvReader.TryRead(find(id), out record, out var problem), $"{id}: {problem}");
                records.Add(id, record);
            }
            var match = record.Match(ProjectName.Parse(line.GetProperty("package").GetString()!), line.GetProperty("version").GetString()!);
            var given = (record.IsWithdrawn, match.InVersionsExact, match.InVersionsPep440, match.InRanges);
            var wanted = (line.GetProperty("withdrawn").GetBoolean(), line.GetProperty("in_versions_exact").GetBoolean(), line.GetProperty("in_versions_pep440").GetBoolean(), NullableBoolean(line.GetProperty("in_ranges")));
            if (given != wanted) disagreements.Add($"{line.GetRawText()}\n  given {given}");
        }
        VectorFiles.Conclude(File, lines, disagreements);
    }

    private static bool? NullableBoolean(JsonElement json) => json.ValueKind == JsonValueKind.Null ? null : json.GetBoolean();
}
