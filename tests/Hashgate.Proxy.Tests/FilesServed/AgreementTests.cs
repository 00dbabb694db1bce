using System.Globalization;
using System.Net;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.FilesServed;

/// <summary>What an index may do to a file of a random page.</summary>
public enum Twist
{
    None,
    NoHash,
    OnlyMd5,
    Foreign,
    Changed,
    ChangedAndMoved,
    Tampered,
    Yanked,
    UnreadableName,
    AliasWithOtherBytes,
    NoSize,
    WrongSize,
    New,
    Late,
    Removed,
    RemovedWhileYoung,
}

/// <summary>A random page.</summary>
/// <param name="PageFirst">Whether the page was read before the files were asked for.</param>
/// <param name="Gone">Whether the project is gone once the page was read.</param>
public sealed record RandomPage(Twist[] Files, bool Quarantined, bool PageFirst, bool Gone)
{
    /// <summary>Whether something happens between two looks at the page.</summary>
    public bool IsReadTwice => Gone || Files.Any(t => t is Twist.Changed or Twist.ChangedAndMoved or Twist.Removed or Twist.RemovedWhileYoung);

    public override string ToString() => $"{string.Join(", ", Files)}{(Quarantined ? "; quarantined" : "")}{(PageFirst ? "; page first" : "")}{(Gone ? "; gone" : "")}";
}

/// <summary>Page and file agree: the file route answers 200 exactly where the decision behind the page allows the file, by GET and HEAD.</summary>
public sealed class AgreementTests : IAsyncLifetime
{
    private FakeIndex _index = null!;
    private RunningHashgate _hashgate = null!;
    private int _pages;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _hashgate = await RunningHashgate.StartAsync(_index);
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Fact]
    public Task Page_and_file_agree_on_random_pages() => Task.Run(() =>
    {
        var twists = Gen.Elements(Enum.GetValues<Twist>()).ArrayOf().Resize(6);
        var pages = from files in twists
                    from quarantined in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
                    from pageFirst in Gen.Elements(true, false)
                    from gone in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
                    select new RandomPage(files, quarantined, pageFirst, gone && files.Any(f => f is not (Twist.Foreign or Twist.NoHash or Twist.OnlyMd5)));
        Prop.ForAll(pages.ToArbitrary(), page => CheckAsync(page).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    });

    private async Task CheckAsync(RandomPage page)
    {
        var name = "page" + Interlocked.Increment(ref _pages).ToString(CultureInfo.InvariantCulture);
        var project = _index.Project(name);
        if (page.Quarantined) project.Status = "quarantined";
        var files = page.Files.Select((twist, i) => Add(project, twist, i)).ToArray();
        if (page.PageFirst || page.IsReadTwice) await DecideAsync(name);
        for (var i = 0; i < files.Length; i++)
        {
            // What is gone can be had from the cache alone.
            if (page.Gone || page.Files[i] is Twist.Removed or Twist.RemovedWhileYoung) (await _hashgate.GetAsync(files[i].Path)).Dispose();
            // Where the project is gone, no page ever tells of the place that a file moved to.
            Turn(files[i], page is { Gone: true, Files: var twists } && twists[i] == Twist.ChangedAndMoved ? Twist.Changed : page.Files[i]);
        }
        if (page.Gone) _index.Remove(name);
        if (page.IsReadTwice) await _hashgate.Get<ProjectPages>().RefreshAsync(ProjectName.Parse(name), CancellationToken.None);

        foreach (var file in files)
        {
            // HEAD of an unproven file is answered from its record: it agrees with the page of its own moment.
            await AssertAgreesAsync(HttpMethod.Head, name, file);
            await AssertAgreesAsync(HttpMethod.Get, name, file);
            await AssertAgreesAsync(HttpMethod.Head, name, file);
            await AssertAgreesAsync(HttpMethod.Get, name, file);
        }
        await AssertPageTellsAsync(name);
    }

    private static FakeFile Add(FakeProject project, Twist twist, int i)
    {
        var bytes = TestWheel.Noise(300, int.Parse(project.Name["page".Length..], CultureInfo.InvariantCulture) * 100 + i);
        var version = string.Create(CultureInfo.InvariantCulture, $"{i}.0");
        if (twist == Twist.AliasWithOtherBytes) project.Add($"{project.Name}-{version}.0-py3-none-any.whl", version, TestWheel.Noise(300, i));
        var file = twist switch
        {
            Twist.Foreign => project.Add($"other{project.Name}-{version}-py3-none-any.whl", version, bytes),
            Twist.UnreadableName => project.Add($"{project.Name}-{version}-odd.exe", version, bytes),
            _ => project.Add($"{project.Name}-{version}-py3-none-any.whl", version, bytes, TestWheel.Noise(100, i)),
        };
        if (twist == Twist.Yanked) file.Yanked = "a reason";
        if (twist is Twist.NoHash) file.Hashes.Clear();
        if (twist == Twist.OnlyMd5)
        {
            file.Hashes.Clear();
            file.Hashes["md5"] = new string('a', 32);
        }
        if (twist == Twist.NoSize) file.Size = null;
        if (twist == Twist.WrongSize) file.Size--;
        if (twist == Twist.New) file.UploadTime = DateTimeOffset.UtcNow.AddDays(-1);
        if (twist is Twist.Late or Twist.RemovedWhileYoung) file.UploadTime = DateTimeOffset.UtcNow.AddDays(-20);
        if (twist == Twist.Late) project.Add($"{project.Name}-{version}.tar.gz", version, TestWheel.Noise(100, i));
        return file;
    }

    private static void Turn(FakeFile file, Twist twist)
    {
        if (twist is Twist.Removed or Twist.RemovedWhileYoung) lock (file.Project.Files) file.Project.Files.Remove(file);
        if (twist is not (Twist.Changed or Twist.ChangedAndMoved or Twist.Tampered)) return;
        file.Bytes = TestWheel.Noise(300, file.Bytes[0] + 7000);
        if (twist is Twist.Tampered) return;
        file.ClaimBytes();
        if (twist == Twist.ChangedAndMoved) file.Path = FakeFile.PathFor(Sha256Digest.Of(file.Bytes), file.Filename);
    }

    private async Task<ProjectView> DecideAsync(string project) =>
        Assert.IsType<PageLookup.Found>(await _hashgate.Get<ProjectPages>().GetAsync(ProjectName.Parse(project), CancellationToken.None)).View;

    private async Task AssertAgreesAsync(HttpMethod method, string project, FakeFile file)
    {
        using var answer = await _hashgate.SendAsync(method, file.Path);
        // The page changes before a refusal leaves, so what holds now is what the answer must agree with.
        var view = await DecideAsync(project);
        var index = view.Find(file.Path[1..]);
        Assert.True(index >= 0, $"{file.Filename} isn't in the view.");
        var allowed = !view.Decision.Files[index].IsRefused;
        Assert.True(allowed == (answer.StatusCode == HttpStatusCode.OK), $"{method} of {file.Filename}: {(int)answer.StatusCode} {answer.ReasonPhrase}, the decision is {view.Decision.Files[index].Verdict}");
        if (!allowed) Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound);
    }

    /// <summary>The page that clients read says what was decided.</summary>
    private async Task AssertPageTellsAsync(string project)
    {
        var view = await DecideAsync(project);
        var files = JsonDocument.Parse(await _hashgate.PageAsync(project)).RootElement.GetProperty("files").EnumerateArray().ToArray();
        if (view.Decision.Stub is not null) return;
        var shown = view.Facts.Files.Select((f, i) => (f, d: view.Decision.Files[i])).Where(e => !e.f.Name.IsForeign).ToArray();
        Assert.Equal(shown.Select(e => e.f.File.Filename), files.Select(f => f.GetProperty("filename").GetString()));
        for (var i = 0; i < shown.Length; i++)
        {
            var yanked = files[i].TryGetProperty("yanked", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            var refused = yanked?.StartsWith("Blocked by Hashgate: ", StringComparison.Ordinal) == true;
            Assert.Equal(shown[i].d.IsRefused && !view.Decision.RefusesAll, refused);

            var offered = files[i].TryGetProperty("core-metadata", out var metadata) && metadata.ValueKind is JsonValueKind.Object or JsonValueKind.True;
            using var answer = await _hashgate.GetAsync(shown[i].f.Path + ".metadata");
            var status = shown[i].d.IsRefused ? HttpStatusCode.Forbidden : offered ? HttpStatusCode.OK : HttpStatusCode.NotFound;
            Assert.True(status == answer.StatusCode, $"{shown[i].f.Path}.metadata: {(int)answer.StatusCode} {answer.ReasonPhrase}, wanted {status}");
        }
    }
}
