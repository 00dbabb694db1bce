using System.Net;
using Hashgate.Core.Events;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>Indexes that change their mind or go away between two installs.</summary>
[Trait("Needs", "clients")]
public sealed class PipChangingIndexTests
{
    private static readonly Dictionary<string, string?> AlwaysRefresh = new() { ["Upstreams:pypi:RefreshAfter"] = "00:00:00.001" };

    public static TheoryData<string> Pips => Pip.Each;

    [Theory, MemberData(nameof(Pips))]
    public async Task A_replaced_file_that_was_cached_goes_on_as_it_was_first_seen(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index, AlwaysRefresh);
        using (var before = new Pip(python)) (await before.InstallAsync(hashgate, "alpha")).Succeeded();

        Replace(file, "replaced");
        using var after = new Pip(python);
        (await after.InstallAsync(hashgate, "alpha")).Succeeded();
        Assert.Equal("genuine", after.TextOf("alpha"));
        Assert.Contains(await hashgate.EventsAsync(), e => e.Kind == EventKinds.HashChanged && e.Filename == file.Filename);
    }

    [Theory]
    [InlineData(Pip.Debian, true)]
    [InlineData(Pip.Debian, false)]
    [InlineData("the machine's", true)]
    public async Task A_replaced_file_of_which_only_the_claim_was_seen_is_refused(string python, bool gone)
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index, AlwaysRefresh);
        using (var page = await hashgate.Client.GetAsync("simple/alpha/")) Assert.Equal(HttpStatusCode.OK, page.StatusCode);

        var recorded = file.Path;
        Replace(file, "replaced");
        // Either the first URL now answers 404, or it hands out the new bytes.
        if (gone) file.Path = FakeFile.PathFor(Core.Packaging.Sha256Digest.Of(file.Bytes), file.Filename);
        using var pip = new Pip(python == Pip.Debian ? python : Pip.Machine);
        (await pip.InstallAsync(hashgate, "alpha")).Failed().Explained(hashgate.Url, "hash-changed", "alpha");
        pip.AssertNothingInstalled();
        Assert.Equal(1, index.Requests.Count(recorded));
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task An_index_that_dies_leaves_what_was_cached_and_an_explained_504_for_the_rest(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        var beta = index.Add(TestWheel.Build("beta", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index);
        using (var before = new Pip(python)) (await before.InstallAsync(hashgate, "alpha")).Succeeded();
        using (var page = await hashgate.Client.GetAsync("simple/beta/")) Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        await index.DieAsync();

        using var pip = new Pip(python);
        (await pip.InstallAsync(hashgate, "alpha")).Succeeded();
        Assert.Equal("genuine", pip.TextOf("alpha"));
        // pip hammers nobody over it.
        (await pip.InstallAsync(hashgate, "beta")).Failed().With("HTTP error 504 while getting").With("504 Server Error: Hashgate: upstream pypi: ").Without("Retrying");
        Assert.Null(pip.TextOf("beta"));

        await index.ReviveAsync();
        await UntilServedAsync(hashgate, beta);
        (await pip.InstallAsync(hashgate, "beta")).Succeeded();
        Assert.Equal("genuine", pip.TextOf("beta"));
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task An_index_that_dies_in_the_middle_of_a_large_file_leaves_nothing_installed(string python)
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0", padding: 3_000_000));
        var gate = new Gate();
        index.Faults.Always(file.Path, Fault.HoldBody(1_500_000, gate));
        await using var hashgate = await RunningHashgate.StartAsync(index, new Dictionary<string, string?> { ["Files:VerifyFirstBytes"] = "1000000" });

        using var pip = new Pip(python);
        var cut = pip.InstallAsync(hashgate, "alpha");
        await gate.Reached;
        await index.DieAsync();
        Assert.NotEqual(0, (await cut).ExitCode);
        pip.AssertNothingInstalled();
        (await pip.InstallAsync(hashgate, "alpha")).Failed().With("504 Server Error: Hashgate: upstream pypi: ");

        index.Faults.Clear();
        await index.ReviveAsync();
        await UntilServedAsync(hashgate, file);
        (await pip.InstallAsync(hashgate, "alpha")).Succeeded();
        Assert.Equal("genuine", pip.TextOf("alpha"));
    }

    /// <summary>An upstream that failed is left alone for a few seconds.</summary>
    private static async Task UntilServedAsync(RunningHashgate hashgate, FakeFile file)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            using var answer = await hashgate.Client.GetAsync(file.Path[1..], limit.Token);
            if (answer.StatusCode == HttpStatusCode.OK) return;
            Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
        }
    }

    private static void Replace(FakeFile file, string text)
    {
        var other = TestWheel.Build(file.Project.Name, file.Version, text: text);
        (file.Bytes, file.Metadata) = (other.Bytes, other.Metadata);
        file.ClaimBytes();
    }
}
