namespace Hashgate.Testing;

/// <summary>Finds the recorded index pages that tests run over, and the repository itself.</summary>
public static class Corpus
{
    /// <summary>The folder that holds Proxy.sln, found upwards from where the tests run.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>
    /// The corpus: the folder that HASHGATE_CORPUS names, else <c>../shared/corpus</c> beside the repository; null where
    /// neither is there. A folder that is named but missing is a mistake, and said to be one.
    /// </summary>
    public static string? Root { get; } = FindCorpus();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Proxy.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Proxy.sln.");
    }

    private static string? FindCorpus()
    {
        if (Environment.GetEnvironmentVariable("HASHGATE_CORPUS") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : throw new DirectoryNotFoundException($"HASHGATE_CORPUS names {named}, which is not there.");
        }
        var beside = Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared", "corpus"));
        return Directory.Exists(beside) ? beside : null;
    }
}
