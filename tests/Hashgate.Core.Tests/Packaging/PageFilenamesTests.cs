using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class PageFilenamesTests
{
    private static readonly ProjectName[] Projects = [ProjectName.Parse("demo"), ProjectName.Parse("Zope.Interface"), ProjectName.Parse("a-b-c"), ProjectName.Parse("2to3")];

    private static readonly string[] Names = ["demo", "Demo", "zope.interface", "zope_interface", "zope-interface", "zope__interface", "ZOPE._interface", "a_b.c", "a-b-c", "a-b", "2to3", "d\u00e9mo", "\u212a"];
    private static readonly string[] Versions = ["1", "1.0", "1.0.0", "0", "2.0rc1", "2.0RC1", "1!2.0", "1.0+local.1", "1.0.post1", "1.0-1", "v1", "01.0", "1_0", "x", "", " 1", "1.0.dev0"];
    private static readonly string[] Builds = ["", "1-", "1a-", "x-", "-"];
    private static readonly string[] Tags = ["py3-none-any", "py2.py3-none-any", "py3.py2-none-any", "py3.py3-none-any", "CP310-cp310-linux_x86_64", "cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64", "3py-none-any", "py3-none", "py3--any", "py3-none-any-more", "py.-none-any", "p\u00fd3-none-any", ".-.-."];
    private static readonly string[] Ends = [".whl", ".tar.gz", ".zip", ".WHL", ".tar.bz2", ""];

    [Fact]
    public void Any_filename_reads_as_the_grammars_read_it()
    {
        foreach (var project in Projects)
        {
            var filenames = new PageFilenames(project);
            foreach (var filename in All()) Assert.Equal(Told(DistributionFilename.ReadAny(project, filename)), Told(filenames.Read(filename)));
        }
    }

    [Fact]
    public void Filenames_of_the_vectors_read_as_the_grammars_read_them() =>
        VectorFiles.Check(
            "filenames.jsonl",
            line => ProjectName.TryParse(line.GetProperty("name").GetString(), out _) ? Told(DistributionFilename.ReadAny(ProjectOf(line), line.GetProperty("filename").GetString()!)) : null,
            line => Told(new PageFilenames(ProjectOf(line)).Read(line.GetProperty("filename").GetString()!)));

    [Fact]
    public void Files_of_one_release_share_its_version()
    {
        var filenames = new PageFilenames(Projects[0]);

        var (sdist, wheel) = (filenames.Read("demo-1.0.tar.gz"), filenames.Read("demo-1.0-py3-none-any.whl"));

        Assert.Same(sdist.Version, wheel.Version);
        Assert.NotSame(sdist.Version, filenames.Read("demo-1.0.0.tar.gz").Version);
    }

    private static IEnumerable<string> All() =>
        from name in Names
        from version in Versions
        from end in Ends
        from middle in (string[])["", .. Builds.SelectMany(build => Tags.Select(tags => $"-{build}{tags}"))]
        select $"{name}-{version}{middle}{end}";

    private static ProjectName ProjectOf(JsonElement line) => ProjectName.Parse(line.GetProperty("name").GetString()!);

    private static string Told(DistributionFilename read) => $"{read.Kind} '{read.Version}' {read.Version?.Canonical} {read.ForeignName} {read.Key}";
}
