using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Policy.Typosquat;
using Hashgate.Core.Upstreams;
using Hashgate.Testing;
using Xunit.Abstractions;

namespace Hashgate.Core.Tests.Policy;

public sealed class TyposquatTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("reqeusts", "requests")]
    [InlineData("request5", "requests")]
    [InlineData("requestss", "requests")]
    [InlineData("rquests", "requests")]
    [InlineData("nurnpy", "numpy")]
    [InlineData("c0l0rama", "colorama")]
    [InlineData("vvheel", "wheel")]
    [InlineData("pythondateutil", "python-dateutil")]
    [InlineData("Python.Date_Util", "python-dateutil")]
    [InlineData("py-yaml", "pyyaml")]
    [InlineData("url1ib3", "urllib3")]
    public void Name_that_is_easily_mistaken_names_the_popular_project(string name, string popular) =>
        Assert.Equal(popular, PopularNames.Shipped.LookalikeOf(ProjectName.Parse(name)));

    [Theory]
    [InlineData("requests")]
    [InlineData("acme-internal-billing-tool")]
    [InlineData("erqeusts")]
    public void Popular_name_and_one_like_none_are_mistaken_for_nothing(string name) =>
        Assert.Null(PopularNames.Shipped.LookalikeOf(ProjectName.Parse(name)));

    [Fact]
    public void Every_edit_of_a_popular_name_is_seen_and_nothing_else()
    {
        const string Characters = "abcdefghijklmnopqrstuvwxyz0123456789-";
        var random = new Random(3);
        string[] popular = [.. Enumerable.Range(0, 300).Select(_ => Random(random.Next(1, 9)))];
        var names = new PopularNames([.. popular.Select(ProjectName.Parse)]);
        var found = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var name = i % 2 == 0 ? Random(random.Next(1, 9)) : Edited(popular[random.Next(popular.Length)]);
            if (!ProjectName.IsNormalized(name) || Look.Of(name) is var look && popular.Any(p => Look.Of(p) == look)) continue;
            var expected = popular.FirstOrDefault(p => IsOneEditAway(p, name));
            found += expected is null ? 0 : 1;
            Assert.Equal(expected, names.LookalikeOf(ProjectName.Parse(name)));
        }
        Assert.InRange(found, 1000, 19_000);

        string Random(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => Characters[random.Next(6)]));

        string Edited(string name)
        {
            var at = random.Next(name.Length);
            return random.Next(4) switch
            {
                0 => name.Insert(at, Characters[random.Next(Characters.Length)].ToString()),
                1 => name.Remove(at, 1),
                2 => name.Remove(at, 1).Insert(at, Characters[random.Next(Characters.Length)].ToString()),
                _ => at + 1 < name.Length ? $"{name[..at]}{name[at + 1]}{name[at]}{name[(at + 2)..]}" : name,
            };
        }
    }

    private static bool IsOneEditAway(string a, string b)
    {
        if (a.Length < b.Length) return IsOneEditAway(b, a);
        if (a.Length == b.Length + 1) return Enumerable.Range(0, a.Length).Any(i => a.Remove(i, 1) == b);
        if (a.Length != b.Length) return false;
        int[] differing = [.. Enumerable.Range(0, a.Length).Where(i => a[i] != b[i])];
        return differing is [_] || (differing is [var i, var j] && j == i + 1 && a[i] == b[j] && a[j] == b[i]);
    }

    [Fact]
    public void Longest_name_there_can_be_is_looked_at() =>
        Assert.Null(PopularNames.Shipped.LookalikeOf(ProjectName.Parse(new string('a', ProjectName.MaxLength))));

    [Fact]
    public void Of_two_lookalikes_the_more_popular_is_named()
    {
        var names = new PopularNames([ProjectName.Parse("demos"), ProjectName.Parse("demo")]);
        Assert.Equal("demos", names.LookalikeOf(ProjectName.Parse("demox")));
        Assert.Equal("demo", names.LookalikeOf(ProjectName.Parse("dem0")));
    }

    [Fact]
    public void No_popular_project_is_held_for_another()
    {
        var names = Encoding.UTF8.GetString(Shipped()).Split('\n').Where(l => l.Length > 0 && l[0] != '#').ToArray();
        Assert.Equal(15_000, names.Length);
        Assert.Equal(15_000, PopularNames.Shipped.Count);
        Assert.DoesNotContain(names, name => PopularNames.Shipped.LookalikeOf(ProjectName.Parse(name)) is not null);
    }

    [Fact]
    public void Recorded_popular_projects_are_those_that_come_along()
    {
        if (Corpus.Root is null) return;
        using var packed = File.OpenRead(Path.Combine(Corpus.Root, "names", "top-pypi-packages-2026-04.json.gz"));
        using var json = JsonDocument.Parse(new GZipStream(packed, CompressionMode.Decompress));
        foreach (var row in json.RootElement.GetProperty("rows").EnumerateArray())
            Assert.Null(PopularNames.Shipped.LookalikeOf(ProjectName.Parse(row.GetProperty("project").GetString()!)));
    }

    [Fact]
    public void Labelled_typosquats_of_popular_projects_are_mostly_found()
    {
        if (Corpus.Root is null) return;
        var rows = File.ReadLines(Path.Combine(Corpus.Root, "names", "typosquats-ecosystems.csv")).Skip(1).Select(line => line.Split(',')).ToArray();
        var found = rows.Where(r => Lookalike(r[0]) is not null).ToArray();
        var pypi = rows.Where(r => r[2] == "pypi").ToArray();
        var ofPopular = pypi.Where(r => IsPopular(r[1])).ToArray();
        output.WriteLine($"{found.Length} of {rows.Length} in all; of PyPI's {pypi.Count(r => Lookalike(r[0]) is not null)} of {pypi.Length}; with a popular target {ofPopular.Count(r => Lookalike(r[0]) is not null)} of {ofPopular.Length}");
        foreach (var row in ofPopular.Where(r => Lookalike(r[0]) is null)) output.WriteLine($"missed: {row[0]} for {row[1]} ({row[4]})");

        Assert.True(ofPopular.Count(r => Lookalike(r[0]) is not null) >= ofPopular.Length * 0.7);

        static string? Lookalike(string name) => ProjectName.TryParse(name, out var project) ? PopularNames.Shipped.LookalikeOf(project) : null;
        static bool IsPopular(string name) => ProjectName.TryParse(name, out var project) && new HashSet<string>(Encoding.UTF8.GetString(Shipped()).Split('\n')).Contains(project.Value);
    }

    [Fact]
    public void Rule_holds_the_project_and_names_the_lookalike()
    {
        Assert.Equal(
            new Finding("typosquat", Verdict.Hold, FindingScope.Project, "the name is easily mistaken for demos, which is far more popular; an operator can exempt it"),
            Evaluate(Some.Facts(), []));
    }

    [Fact]
    public void Rule_finds_nothing_in_exempt_projects_owned_ones_and_popular_ones()
    {
        Assert.True(NameGlob.TryParse("de*", out var glob));
        Assert.Null(Evaluate(Some.Facts(), [glob]));
        Assert.Null(Evaluate(Some.Facts() with { Upstream = Some.PyPI with { Projects = [glob] } }, []));
        Assert.Null(Evaluate(Some.Facts(), [], "demo"));
    }

    [Theory]
    [InlineData("# nothing", "line 1, column 1: the list names no project")]
    [InlineData("demo\n  de mo", "line 2, column 3: that is no name of a project")]
    public void List_that_cannot_be_read_names_its_problems(string text, string problem)
    {
        var (names, problems) = PopularNamesReader.Read(Encoding.UTF8.GetBytes(text));
        Assert.Null(names);
        Assert.Equal(problem, Assert.Single(problems).ToString());
    }

    private static Finding? Evaluate(ProjectFacts facts, IReadOnlyList<NameGlob> exempt, string popular = "demos") =>
        new TyposquatRule(exempt).Evaluate(facts with { Policy = new PolicyInputs { Popular = new PopularNames([ProjectName.Parse(popular)]) } }, Some.File("demo-1.0.tar.gz"));

    private static byte[] Shipped()
    {
        using var resource = typeof(PopularNames).Assembly.GetManifestResourceStream("popular-projects.txt")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
