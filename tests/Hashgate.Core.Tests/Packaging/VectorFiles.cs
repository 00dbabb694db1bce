using System.Text;
using System.Text.Json;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.Packaging;

/// <summary>
/// Vectors: files of JSON lines, each an input with what the reference implementation answers. The project's own sample
/// always runs; a full set runs besides where HASHGATE_VECTORS, or a checkout beside this one, holds it.
/// </summary>
internal static class VectorFiles
{
    private const int DisagreementsShown = 10;

    public static string Samples { get; } = Path.Combine(Repository.Root, "tests", "Hashgate.Core.Tests", "Packaging", "Samples");

    /// <summary>The full set's folder, or null where there is none.</summary>
    public static string? Folder { get; } = FindFolder();

    /// <summary>Holds every line of the sample and of the full set against the code.</summary>
    /// <param name="file">The file's name in either folder.</param>
    /// <param name="answer">What the code answers to a line, in the shape of <paramref name="expected"/>.</param>
    /// <param name="expected">What the line expects; null takes the line for one that this test doesn't know.</param>
    public static void Check(string file, Func<JsonElement, string?> expected, Func<JsonElement, string> answer)
    {
        var lines = 0;
        var disagreements = new List<string>();
        foreach (var line in Read(file))
        {
            if (expected(line) is not { } wanted) continue;
            lines++;
            var given = answer(line);
            if (given != wanted) disagreements.Add($"{line.GetRawText()}\n  wanted {wanted}\n  given  {given}");
        }
        Conclude(file, lines, disagreements);
    }

    public static void Conclude(string file, int lines, IReadOnlyCollection<string> disagreements)
    {
        Assert.True(lines > 0, $"{file}: not one line was read.");
        Assert.True(disagreements.Count == 0, $"{file}: {disagreements.Count} of {lines} disagree, such as\n{string.Join('\n', disagreements.Take(DisagreementsShown))}");
    }

    /// <summary>Every line of the sample's file, then of the full set's.</summary>
    public static IEnumerable<JsonElement> Read(string file) => ReadFolder(Samples, file).Concat(ReadFolder(Folder, file));

    /// <summary>The lines of one folder's file; none where either is missing.</summary>
    public static IEnumerable<JsonElement> ReadFolder(string? folder, string file)
    {
        if (folder is null || !File.Exists(Path.Combine(folder, file))) yield break;
        foreach (var line in File.ReadLines(Path.Combine(folder, file), Encoding.UTF8))
        {
            if (line.Length == 0) continue;
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static string? FindFolder()
    {
        var named = Environment.GetEnvironmentVariable("HASHGATE_VECTORS");
        var folder = Path.GetFullPath(string.IsNullOrEmpty(named) ? Path.Combine("..", "shared", "corpus", "vectors") : named, Repository.Root);
        return Directory.Exists(folder) ? folder : null;
    }
}
