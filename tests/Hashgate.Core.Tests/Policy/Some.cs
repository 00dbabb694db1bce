using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Tests.Policy;

/// <summary>Facts for tests of policy.</summary>
internal static class Some
{
    public static readonly ProjectName Project = ProjectName.Parse("demo");

    public static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static readonly Sha256Digest Digest = Sha256Digest.Of("good"u8);

    public static readonly Upstream PyPI = new() { Name = Upstream.PyPI, IndexUrl = new Uri("https://pypi.org/simple/") };

    public static FileFacts File(string filename, bool hasHash = true, Pin? pin = null, FailedProof? failedProof = null)
    {
        var hashes = new Dictionary<string, string>();
        if (hasHash) hashes["sha256"] = Digest.ToString();
        var file = new ProjectFile { Filename = filename, Url = new Uri("https://files.pythonhosted.org/packages/aa/bb/" + filename), Hashes = hashes, Sha256 = hasHash ? Digest : null };
        return new FileFacts(file, DistributionFilename.Read(Project, filename), "packages/aa/bb/" + filename, pin, failedProof);
    }

    public static ProjectFacts Facts(params FileFacts[] files) => Facts(ProjectStatus.Active, files);

    public static ProjectFacts Facts(ProjectStatus status, params FileFacts[] files) => new(
        PyPI,
        new ProjectPage { Project = Project, DisplayName = "demo", ApiVersion = ApiVersion.Oldest, Status = status, Files = [.. files.Select(f => f.File)] },
        files,
        Now);

    public static Waiver Waiver(string rule, string project) => new()
    {
        Id = "w1",
        Rule = rule,
        Project = ProjectName.Parse(project),
        Reason = "looked at it",
        Actor = "operator",
        Created = Now,
    };

    /// <summary>A file with a record of its own.</summary>
    /// <param name="uploaded">What the index told first.</param>
    public static FileFacts Recorded(string filename, DateTimeOffset? uploaded, DateTimeOffset? firstSeen = null)
    {
        var file = File(filename);
        var claim = new FileClaim(file.Name.Key, filename, Digest, 4, file.File.Url.AbsoluteUri, uploaded, null);
        return file with { File = file.File with { UploadTime = uploaded }, Pin = new Pin(PinOutcome.Same, TrustRecord.Of(Project, "pypi", claim, firstSeen ?? Now)) };
    }

    public static TrustRecord Record(bool conflict = false)
    {
        var file = File("demo-1.0.tar.gz");
        var claim = new FileClaim(file.Name.Key, file.File.Filename, Digest, 4, file.File.Url.AbsoluteUri, null, null);
        return TrustRecord.Of(Project, "pypi", claim, Now) with { Conflict = conflict };
    }
}
