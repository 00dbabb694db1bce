using Hashgate.Core.Packaging;

namespace Hashgate.Testing;

/// <summary>A file of a <see cref="FakeIndex"/>: what the page claims of it and what is really sent are set apart from each other.</summary>
public sealed class FakeFile
{
    internal FakeFile(FakeProject project, string filename, string version, byte[] bytes, byte[]? metadata)
    {
        (Project, Filename, Version, Bytes, Metadata) = (project, filename, version, bytes, metadata);
        ClaimBytes();
        Path = PathFor(Sha256Digest.Of(bytes), filename);
    }

    public FakeProject Project { get; }
    public string Filename { get; set; }
    public string Version { get; set; }

    /// <summary>What is sent. Changing it leaves the page's claims as they are; see <see cref="ClaimBytes"/>.</summary>
    public byte[] Bytes { get; set; }

    /// <summary>What is sent for <c>.metadata</c>; null answers 404.</summary>
    public byte[]? Metadata { get; set; }

    /// <summary>The path it is served at, unescaped; by default PyPI's <c>/packages/aa/bb/60 hex/filename</c>.</summary>
    public string Path { get; set; }

    /// <summary>The URL on the page, where it isn't the file's path on the index's own host.</summary>
    public string? Url { get; set; }

    /// <summary>The digests on the page.</summary>
    public Dictionary<string, string> Hashes { get; } = new(StringComparer.Ordinal);

    /// <summary>The size on the page; null leaves it out.</summary>
    public long? Size { get; set; }

    /// <summary>The core metadata's digest on the page; "true" for the bare flag, null: not advertised.</summary>
    public string? CoreMetadata { get; set; }

    public DateTimeOffset? UploadTime { get; set; } = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public string? RequiresPython { get; set; }

    /// <summary>Null: not yanked; empty: yanked without a reason.</summary>
    public string? Yanked { get; set; }

    /// <summary>Whether the page lists it; one that isn't is sent all the same, as PyPI's file host does.</summary>
    public bool Listed { get; set; } = true;

    /// <summary>The provenance's JSON text; null answers 404 and leaves the key null.</summary>
    public string? Provenance { get; set; }

    /// <summary>Where its provenance is.</summary>
    public string ProvenancePath => $"/integrity/{ProjectName.Normalize(Project.Name)}/{Version}/{Filename}/provenance";

    /// <summary>Where the page says that its provenance is instead, absolute; null: here.</summary>
    public string? ProvenanceUrl { get; set; }

    /// <summary>Gives it the provenance of a workflow of a GitHub repository.</summary>
    public FakeFile Publish(string repository, string workflow = "release.yml")
    {
        Provenance = TestProvenance.Of(TestProvenance.GitHub(repository, workflow), Filename, Hashes["sha256"]);
        return this;
    }

    /// <summary>Makes the page's digest, size and core metadata those of the bytes that are sent.</summary>
    public FakeFile ClaimBytes()
    {
        Hashes.Clear();
        Hashes["sha256"] = Sha256Digest.Of(Bytes).ToString();
        Size = Bytes.LongLength;
        CoreMetadata = Metadata is null ? null : Sha256Digest.Of(Metadata).ToString();
        return this;
    }

    /// <summary>PyPI's layout, with the sha256 in place of its BLAKE2.</summary>
    public static string PathFor(Sha256Digest digest, string filename)
    {
        var hex = digest.ToString();
        return $"/packages/{hex[..2]}/{hex[2..4]}/{hex[4..]}/{filename}";
    }
}

/// <summary>A project of a <see cref="FakeIndex"/>.</summary>
public sealed class FakeProject
{
    internal FakeProject(string name) => Name = name;

    /// <summary>As the index shows it; not normalized.</summary>
    public string Name { get; }

    public List<FakeFile> Files { get; } = [];

    /// <summary>What <c>_last-serial</c> and X-PyPI-Last-Serial say; null leaves both out.</summary>
    public long? Serial { get; set; } = 1000;

    /// <summary>The project status marker; null leaves it out.</summary>
    public string? Status { get; set; }
    public string? StatusReason { get; set; }

    public FakeFile Add(TestWheel wheel) => Add(wheel.Filename, wheel.Version, wheel.Bytes, wheel.Filename.EndsWith(".whl", StringComparison.Ordinal) ? wheel.Metadata : null);

    public FakeFile Add(string filename, string version, byte[] bytes, byte[]? metadata = null)
    {
        var file = new FakeFile(this, filename, version, bytes, metadata);
        lock (Files) Files.Add(file);
        return file;
    }
}
