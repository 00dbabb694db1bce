using System.Net;
using System.Reflection;
using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Tests.FilesServed;
using Microsoft.Extensions.DependencyInjection;

namespace Hashgate.Proxy.Tests.PolicyRules.Matrix;

/// <summary>
/// What holds for every rule in the running program: what it refuses is refused by page and file alike and nothing else is, audit mode and
/// waivers turn that into a warning unless the rule guards the proof, and it ends when it says.
/// </summary>
public sealed class RuleMatrixTests
{
    private static readonly string[] Names = [.. typeof(RuleNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    public static TheoryData<string> Rules { get; } = [.. Names];

    [Fact]
    public async Task Every_rule_that_is_in_force_has_a_case_here()
    {
        Assert.Equal(Names.Order(), RuleCase.All.Keys.Order());
        Assert.Equal(PolicySettings.AlwaysEnforced.Order(), RuleCase.All.Values.Where(c => c.IsGuard).Select(c => c.Rule).Order());
        await using var scene = await RuleScene.StartAsync(RuleCase.All[RuleNames.Allowlist], ("Policy:Rules:sdist:Refuse", "true"));
        Assert.Equal(RuleCase.All.Keys.Where(r => r != RuleNames.ReservedName).Order(), scene.Hashgate.Services.GetServices<IPolicyRule>().Select(r => r.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Refused_on_page_and_file_alike_until_it_is_waived_or_ends(string rule)
    {
        var each = RuleCase.All[rule];
        await using var scene = await RuleScene.StartAsync(each);
        await AssertRefusedAsync(scene, each);

        var (status, waiver) = await scene.Hashgate.CallAsync(HttpMethod.Post, "api/v1/waivers", new { project = "demo", rule, reason = "looked at it" });
        if (each.IsGuard)
        {
            Assert.Equal(HttpStatusCode.BadRequest, status);
            await AssertRefusedAsync(scene, each);
        }
        else
        {
            await AssertServedAsync(scene);
            Assert.Contains(await scene.Hashgate.EventsAsync(), e => e.Kind == EventKinds.Warned && e.Rule == rule && e.Reason!.EndsWith("(waived by operator: looked at it)", StringComparison.Ordinal));
            Assert.Equal(HttpStatusCode.NoContent, (await scene.Hashgate.CallAsync(HttpMethod.Delete, $"api/v1/waivers/{waiver.GetProperty("id").GetString()}")).Status);
            await AssertRefusedAsync(scene, each);
        }

        if (each.Ends is not { } ends) return;
        scene.Clock.Skip(ends);
        await AssertServedAsync(scene);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Audit_mode_serves_and_records_unless_the_rule_guards_the_proof(string rule)
    {
        var each = RuleCase.All[rule];
        await using (var all = await RuleScene.StartAsync(each, ("Policy:Mode", "audit")))
        {
            if (each.IsGuard) await AssertRefusedAsync(all, each);
            else await AssertRecordedAsync(all, rule);
        }
        var own = ($"Policy:Rules:{rule}:Mode", "audit");
        if (each.IsGuard)
        {
            var error = await Assert.ThrowsAsync<SettingsException>(() => RuleScene.StartAsync(each, own));
            Assert.Contains($"Hashgate:{own.Item1} is 'audit'", error.Message, StringComparison.Ordinal);
            return;
        }
        await using var scene = await RuleScene.StartAsync(each, own);
        await AssertRecordedAsync(scene, rule);
    }

    private static async Task AssertRecordedAsync(RuleScene scene, string rule)
    {
        await AssertServedAsync(scene);
        Assert.Contains(await scene.Hashgate.EventsAsync(), e => e.Kind == EventKinds.Warned && e.Rule == rule && e.Reason!.EndsWith("(audit only: would have been refused)", StringComparison.Ordinal));
        Assert.DoesNotContain(await scene.Hashgate.EventsAsync(), e => e.Kind is EventKinds.Blocked or EventKinds.Held);
    }

    private static async Task AssertServedAsync(RuleScene scene)
    {
        Assert.Null(await scene.Hashgate.YankAsync(scene.Bad));
        await scene.Hashgate.AssertStatusAsync(scene.Bad, HttpStatusCode.OK);
        await scene.Hashgate.AssertStatusAsync(scene.Fine, HttpStatusCode.OK);
    }

    private static async Task AssertRefusedAsync(RuleScene scene, RuleCase each)
    {
        var phrase = $"Blocked by Hashgate: {each.Rule}: ";
        var page = await scene.Hashgate.PageAsync("demo");
        if (each.IsOffPage) Assert.DoesNotContain("../.." + scene.Bad.Path, page, StringComparison.Ordinal);
        else if (each.TakesAll) Assert.Null(await scene.Hashgate.YankAsync(scene.Bad));
        else Assert.StartsWith(phrase, await scene.Hashgate.YankAsync(scene.Bad), StringComparison.Ordinal);

        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Get, scene.Bad.Path), (HttpMethod.Head, scene.Bad.Path), (HttpMethod.Get, scene.Bad.Path + ".metadata")])
        {
            using var answer = await scene.Hashgate.SendAsync(method, path, "Range: bytes=0-9", "If-None-Match: *");
            Assert.True(each.Status == (int)answer.StatusCode, $"{method} {path}: {(int)answer.StatusCode} {answer.ReasonPhrase}");
            if (each.Status == 404) continue;
            Assert.StartsWith(phrase, answer.ReasonPhrase, StringComparison.Ordinal);
            Assert.StartsWith($"{(each.IsHold ? "hold" : "block")}; rule={each.Rule}", answer.Headers.GetValues("Hashgate-Verdict").Single(), StringComparison.Ordinal);
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        }
        await scene.Hashgate.AssertStatusAsync(scene.Fine, HttpStatusCode.OK);
        if (!each.TakesAll) await scene.Hashgate.AssertStatusAsync(scene.Sibling, HttpStatusCode.OK);
        if (!each.IsOffPage) Assert.Contains($"<b>{each.Rule}</b>", await scene.Hashgate.Client.GetStringAsync($"why/demo/{scene.Bad.Version}"), StringComparison.Ordinal);
    }
}
