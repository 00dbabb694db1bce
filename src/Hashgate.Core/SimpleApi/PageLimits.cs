namespace Hashgate.Core.SimpleApi;

/// <summary>
/// How much of an upstream's index page is read. What is over <see cref="MaxBytes"/>, <see cref="MaxFiles"/>,
/// <see cref="MaxProjects"/>, <see cref="MaxJsonDepth"/> or <see cref="MaxFieldLength"/> refuses the whole page. What one
/// uploader can make too long costs no more than their own file: a reason is cut, a file with another text over
/// <see cref="MaxFieldLength"/> or with too long a name or URL is left out alone. The defaults admit PyPI's largest
/// projects several times over.
/// </summary>
public sealed record PageLimits
{
    public static readonly PageLimits Default = new();

    /// <summary>The page's bytes once decompressed. Default 100 MiB. (The compressed bytes are the fetcher's to limit.)</summary>
    public int MaxBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>Entries of one project page, and entries of its <c>versions</c>. Default 50,000.</summary>
    public int MaxFiles { get; init; } = 50_000;

    /// <summary>Names of a project list. Default 5,000,000; PyPI had 0.7 million in 2026.</summary>
    public int MaxProjects { get; init; } = 5_000_000;

    /// <summary>Nested objects and arrays of a JSON page, unknown keys included. Default 32; the specification needs 4.</summary>
    public int MaxJsonDepth { get; init; } = 32;

    /// <summary>Characters of a filename. Default 255, which is what file systems hold.</summary>
    public int MaxFilenameLength { get; init; } = 255;

    /// <summary>Characters of a URL. Default 4,096.</summary>
    public int MaxUrlLength { get; init; } = 4096;

    /// <summary>Characters of the reason of a yank or of a project's status; a longer one is cut. Default 1,000.</summary>
    public int MaxReasonLength { get; init; } = 1000;

    /// <summary>UTF-8 bytes of any other text: <c>requires-python</c>, a version, a key. Default 16,384.</summary>
    public int MaxFieldLength { get; init; } = 16_384;
}
