namespace Hashgate.Testing;

/// <summary>Finds the recorded index pages that tests run over.</summary>
public static class Corpus
{
    /// <summary>
    /// The corpus: the folder that HASHGATE_CORPUS names, else <c>../shared/corpus</c> beside the repository; null where
    /// neither is there. A folder that is named but missing is a mistake, and said to be one.
    /// </summary>
    public static string? Root { get; } = FindCorpus();

    private static string? FindCorpus()
    {
        if (Environment.GetEnvironmentVariable("HASHGATE_CORPUS") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : throw new DirectoryNotFoundException($"HASHGATE_CORPUS names {named}, which is not there.");
        }
        var beside = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "corpus"));
        return Directory.Exists(beside) ? beside : null;
    }
}
