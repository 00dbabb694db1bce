using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>Dependency confusion: somebody registers a company's project name at the public index, with a higher version.</summary>
[Trait("Needs", "clients")]
public sealed class OwnedNamesTests
{
    public static TheoryData<string> Pips => Pip.Each;

    [Theory, MemberData(nameof(Pips))]
    public async Task An_owned_name_comes_from_its_owner_only_and_the_public_index_never_hears_of_it(string python)
    {
        await using var pypi = await FakeIndex.StartAsync();
        await using var acme = await FakeIndex.StartAsync();
        pypi.Add(TestWheel.Build("acme-tool", "99.0", text: "hostile"));
        pypi.Add(TestWheel.Build("front", "1.0", requires: "acme-tool"));
        acme.Add(TestWheel.Build("acme-tool", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(pypi, Owning(acme));

        using var pip = new Pip(python);
        (await pip.InstallAsync(hashgate, "front", "Acme_Tool")).Succeeded();
        Assert.Equal(("1.0", "genuine"), (pip.VersionOf("acme_tool"), pip.TextOf("acme_tool")));
        (await pip.InstallAsync(hashgate, "acme-tool==99.0")).Failed().With("No matching distribution found");
        AssertNeverNamed(pypi);
        Assert.DoesNotContain(acme.Requests.All, r => r.Path.Contains("front", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Pips))]
    public async Task An_owner_that_is_away_or_lacks_the_name_is_not_stood_in_for(string python)
    {
        await using var pypi = await FakeIndex.StartAsync();
        await using var acme = await FakeIndex.StartAsync();
        foreach (var name in (string[])["acme-tool", "acme-other"]) pypi.Add(TestWheel.Build(name, "99.0", text: "hostile"));
        acme.Add(TestWheel.Build("acme-tool", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(pypi, Owning(acme));

        using var pip = new Pip(python);
        (await pip.InstallAsync(hashgate, "acme-other")).Failed();
        await acme.DieAsync();
        (await pip.InstallAsync(hashgate, "acme-tool")).Failed();
        pip.AssertNothingInstalled();
        AssertNeverNamed(pypi);
    }

    private static Dictionary<string, string?> Owning(FakeIndex acme) =>
        new() { ["Upstreams:acme:IndexUrl"] = acme.IndexUrl.AbsoluteUri, ["Upstreams:acme:Projects:0"] = "acme-*" };

    private static void AssertNeverNamed(FakeIndex pypi) =>
        Assert.DoesNotContain(pypi.Requests.All, r => r.Path.Contains("acme", StringComparison.OrdinalIgnoreCase));
}
