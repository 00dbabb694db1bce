using System.Globalization;
using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;
using Hashgate.Storage.Pages;
using Hashgate.Storage.Trust;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Benchmarks;

/// <summary>
/// A data directory with as many cached projects as wanted, each file of them on record, made by the program's own stores: what
/// <c>deploy/dev/bench --only growth</c> starts Hashgate on.
/// </summary>
/// <param name="data">The data directory, which must be new.</param>
/// <param name="upstream">Where the files would be, such as <c>http://127.0.0.1:8081</c>.</param>
internal sealed class Growth(string data, int filesPerProject, string upstream)
{
    // One waits for its flush while the next is written.
    private const int AtOnce = 4;

    private static readonly DateTimeOffset Uploaded = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly DiskPageStore _pages = new(Path.Combine(data, "pages"), PageLimits.Default, NullLogger<DiskPageStore>.Instance);

    /// <summary>Makes it.</summary>
    /// <exception cref="InvalidOperationException">A store didn't take a record.</exception>
    public async Task RunAsync(int projects)
    {
        Directory.CreateDirectory(data);
        using var store = new SqliteTrustStore(Path.Combine(data, "trust.db"));
        await using var journal = FileTrustJournal.Open(Path.Combine(data, "journal"));
        var ledger = new TrustLedger(store, journal, TimeProvider.System);
        await ledger.StartAsync(CancellationToken.None);
        await Parallel.ForAsync(0, projects, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, cancellationToken) =>
        {
            var page = Page(number);
            var pins = await ledger.PinAsync(Upstream.PyPI, page.Project, [.. page.Files.Select(file => Claim(page.Project, file))], cancellationToken);
            if (pins.Pins.Any(pin => pin.Outcome != PinOutcome.New)) throw new InvalidOperationException($"{page.Project} is not all on record: {string.Join("; ", ledger.Status)}");
            await _pages.PutAsync(new PageSnapshot(Upstream.PyPI, page, null, null, _now, null), turn: 0, cancellationToken);
        });
    }

    private ProjectPage Page(int number)
    {
        var project = ProjectName.Parse(string.Create(CultureInfo.InvariantCulture, $"hashgate-sample-grown-{number}"));
        return new ProjectPage
        {
            Project = project,
            DisplayName = project.Value,
            ApiVersion = new ApiVersion(1, 4),
            LastSerial = 1,
            Versions = [.. Enumerable.Range(0, filesPerProject).Select(Version)],
            Files = [.. Enumerable.Range(0, filesPerProject).Select(index => File(project, index))],
        };
    }

    private ProjectFile File(ProjectName project, int index)
    {
        var name = $"{project.Value.Replace('-', '_')}-{Version(index)}-py3-none-any.whl";
        var (sha256, metadata) = (Digest(name), Digest(name + ".metadata"));
        var hex = sha256.ToString();
        return new ProjectFile
        {
            Filename = name,
            Url = new Uri($"{upstream}/packages/{hex[..2]}/{hex[2..4]}/{hex[4..]}/{name}"),
            Hashes = new Dictionary<string, string> { ["sha256"] = hex },
            Sha256 = sha256,
            Size = 1000 + index,
            UploadTime = Uploaded.AddDays(index),
            RequiresPython = ">=3.8",
            CoreMetadata = new CoreMetadata(metadata),
            CoreMetadataKeys = CoreMetadataKeys.CoreMetadata | CoreMetadataKeys.DataDistInfoMetadata,
        };
    }

    private static FileClaim Claim(ProjectName project, ProjectFile file) => new(
        DistributionFilename.Read(project, file.Filename).Key, file.Filename, file.Sha256!.Value, file.Size, file.Url.AbsoluteUri, file.UploadTime, file.CoreMetadata?.Sha256);

    private static string Version(int index) => string.Create(CultureInfo.InvariantCulture, $"{index / 10}.{index % 10}");

    private static Sha256Digest Digest(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text));
}
