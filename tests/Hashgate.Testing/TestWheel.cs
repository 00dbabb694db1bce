using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Hashgate.Core.Packaging;

namespace Hashgate.Testing;

/// <summary>A small distribution archive that pip really installs, built in memory; the same arguments give the same bytes.</summary>
/// <param name="Metadata">Its METADATA or PKG-INFO, as an index serves it beside the file.</param>
public sealed record TestWheel(string Project, string Version, string Filename, byte[] Bytes, byte[] Metadata)
{
    private static readonly DateTimeOffset Stamp = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public Sha256Digest Sha256 => Sha256Digest.Of(Bytes);

    /// <summary>The same file with bytes behind its end: a zip reader still takes it for a whole wheel.</summary>
    public TestWheel WithJunk(int count) => this with { Bytes = [.. Bytes, .. Noise(count, count)] };

    /// <summary>Builds a wheel.</summary>
    /// <param name="padding">Incompressible bytes that it carries, so that its size is at least this.</param>
    /// <param name="text">What its module says; another text is another file of the same name.</param>
    public static TestWheel Build(
        string project, string version, int padding = 0, string text = "genuine", string tags = "py3-none-any",
        string? build = null, string? requiresPython = null, params string[] requires)
    {
        var name = ProjectName.Normalize(project).Replace('-', '_');
        var metadata = MetadataOf(project, version, requiresPython, requires);
        var info = $"{name}-{version}.dist-info";
        var files = new List<(string Path, byte[] Bytes)>
        {
            ($"{name}/__init__.py", Encoding.UTF8.GetBytes($"__version__ = \"{version}\"\nTEXT = \"{text}\"\n")),
            ($"{info}/METADATA", metadata),
            ($"{info}/WHEEL", Encoding.ASCII.GetBytes($"Wheel-Version: 1.0\nGenerator: hashgate-testing\nRoot-Is-Purelib: true\nTag: {tags}\n")),
        };
        if (padding > 0) files.Insert(1, ($"{name}/padding.bin", Noise(padding, 1)));
        var record = string.Concat(files.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Path},sha256={Base64Url(SHA256.HashData(f.Bytes))},{f.Bytes.Length}\n")));
        files.Add(($"{info}/RECORD", Encoding.ASCII.GetBytes($"{record}{info}/RECORD,,\n")));
        var filename = build is null ? $"{name}-{version}-{tags}.whl" : $"{name}-{version}-{build}-{tags}.whl";
        return new TestWheel(project, version, filename, Zip(files), metadata);
    }

    /// <summary>Builds a source distribution that pip can build with setuptools.</summary>
    public static TestWheel Sdist(string project, string version, int padding = 0, string text = "genuine")
    {
        var name = ProjectName.Normalize(project).Replace('-', '_');
        var metadata = MetadataOf(project, version, null, []);
        var root = $"{name}-{version}";
        var files = new List<(string Path, byte[] Bytes)>
        {
            ($"{root}/PKG-INFO", metadata),
            ($"{root}/setup.py", Encoding.UTF8.GetBytes($"from setuptools import setup\nsetup(name=\"{project}\", version=\"{version}\", packages=[\"{name}\"])\n")),
            ($"{root}/{name}/__init__.py", Encoding.UTF8.GetBytes($"__version__ = \"{version}\"\nTEXT = \"{text}\"\n")),
        };
        if (padding > 0) files.Add(($"{root}/padding.bin", Noise(padding, 1)));
        return new TestWheel(project, version, $"{root}.tar.gz", TarGz(files), metadata);
    }

    /// <summary>Bytes that do not compress, the same for the same seed.</summary>
    public static byte[] Noise(int count, int seed)
    {
        var bytes = new byte[count];
        // Not for secrets: the bytes have to be the same in every run.
#pragma warning disable CA5394
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }

    /// <summary>The METADATA inside a wheel's bytes.</summary>
    public static byte[] MetadataIn(byte[] wheel)
    {
        using var zip = new ZipArchive(new MemoryStream(wheel));
        using var entry = zip.Entries.Single(e => e.FullName.EndsWith(".dist-info/METADATA", StringComparison.Ordinal)).Open();
        using var memory = new MemoryStream();
        entry.CopyTo(memory);
        return memory.ToArray();
    }

    private static byte[] MetadataOf(string project, string version, string? requiresPython, string[] requires)
    {
        var text = new StringBuilder($"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\nSummary: A sample for tests\n");
        if (requiresPython is not null) text.Append(CultureInfo.InvariantCulture, $"Requires-Python: {requiresPython}\n");
        foreach (var requirement in requires) text.Append(CultureInfo.InvariantCulture, $"Requires-Dist: {requirement}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Zip(IEnumerable<(string Path, byte[] Bytes)> files)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in files)
            {
                var entry = zip.CreateEntry(path, bytes.Length > 4096 ? CompressionLevel.NoCompression : CompressionLevel.Fastest);
                entry.LastWriteTime = Stamp;
                using var stream = entry.Open();
                stream.Write(bytes);
            }
        }
        return memory.ToArray();
    }

    private static byte[] TarGz(IEnumerable<(string Path, byte[] Bytes)> files)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var (path, bytes) in files)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { ModificationTime = Stamp, DataStream = new MemoryStream(bytes) });
        }
        return memory.ToArray();
    }

    private static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
