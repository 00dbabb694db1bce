using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules.Matrix;

/// <summary>How one rule comes to refuse a file of <see cref="RuleScene"/>. A new rule needs an entry in <see cref="All"/>.</summary>
internal sealed record RuleCase(string Rule)
{
    /// <summary>A hold, and no block.</summary>
    public bool IsHold { get; init; }

    /// <summary>The rule guards the proof or the ownership of names: neither mode nor waiver softens it.</summary>
    public bool IsGuard { get; init; }

    /// <summary>Every file of the project is refused, so that none stands yanked.</summary>
    public bool TakesAll { get; init; }

    /// <summary>The page doesn't name the file at all.</summary>
    public bool IsOffPage { get; init; }

    public int Status { get; init; } = 403;

    /// <summary>Changes the index and the settings before the program starts.</summary>
    public Action<RuleScene> Before { get; init; } = _ => { };

    /// <summary>What happens once it runs.</summary>
    public Func<RuleScene, Task> After { get; init; } = _ => Task.CompletedTask;

    /// <summary>After how long the refusal ends by itself; null: it doesn't.</summary>
    public TimeSpan? Ends { get; init; }

    public static IReadOnlyDictionary<string, RuleCase> All { get; } = new RuleCase[]
    {
        new(RuleNames.HashMismatch)
        {
            IsGuard = true,
            After = async scene =>
            {
                scene.Index.Faults.Once(scene.Bad.Path, Fault.Tamper());
                await scene.AskAsync(scene.Bad);
            },
            Ends = TimeSpan.FromMinutes(5),
        },
        new(RuleNames.HashChanged)
        {
            IsGuard = true,
            After = async scene =>
            {
                var recorded = scene.Bad.Bytes;
                scene.Bad.Bytes = [.. recorded.Reverse()];
                scene.Bad.ClaimBytes();
                await scene.RefreshAsync();
                await scene.AskAsync(scene.Bad);
                scene.Bad.Bytes = recorded;
            },
            Ends = TimeSpan.FromMinutes(5),
        },
        new(RuleNames.NoHash) { IsGuard = true, Before = scene => scene.Bad.Hashes.Clear() },
        new(RuleNames.FilenameMismatch)
        {
            IsGuard = true,
            IsOffPage = true,
            Status = 404,
            Before = scene => scene.Bad = scene.Index.Project("demo").Add("other-1.0-py3-none-any.whl", "1.0", TestWheel.Noise(300, 2)),
        },
        new(RuleNames.TrustUnavailable)
        {
            IsGuard = true,
            Status = 504,
            After = async scene =>
            {
                scene.Trust.Away = true;
                scene.Bad = scene.Index.Add(TestWheel.Build("demo", "1.2"));
                await scene.RefreshAsync();
            },
        },
        new(RuleNames.ReservedName)
        {
            IsGuard = true,
            IsOffPage = true,
            TakesAll = true,
            // The organisation's own index, which has the project's page; the public path of the file is nobody's.
            Before = scene =>
            {
                scene.Settings["Upstreams:acme:IndexUrl"] = scene.Index.IndexUrl.AbsoluteUri;
                scene.Settings["Upstreams:acme:Projects:0"] = "demo";
            },
        },
        new(RuleNames.UpstreamQuarantined) { TakesAll = true, Before = scene => scene.Index.Project("demo").Status = "quarantined" },
        new(RuleNames.Allowlist) { Before = scene => scene.Settings["Policy:Rules:allowlist:File"] = scene.Write("allow.txt", "fine\ndemo==1.0\n") },
        new(RuleNames.Blocklist) { Before = scene => scene.Settings["Policy:Rules:blocklist:File"] = scene.Write("block.txt", "demo==1.1  # mined coins\n") },
        new(RuleNames.RemovedUpstream)
        {
            IsHold = true,
            Before = scene => scene.Bad.UploadTime = RuleScene.Day(-20),
            After = async scene =>
            {
                await scene.AskAsync(scene.Bad);
                scene.Bad.Listed = false;
                await scene.RefreshAsync();
            },
            Ends = TimeSpan.FromDays(70),
        },
        new(RuleNames.MinimumAge) { IsHold = true, Before = scene => scene.Bad.UploadTime = RuleScene.Day(-1), Ends = TimeSpan.FromDays(2) },
        new(RuleNames.LateFile)
        {
            IsHold = true,
            Before = scene =>
            {
                scene.Index.Add(TestWheel.Sdist("demo", "1.1"));
                scene.Bad.UploadTime = RuleScene.Day(-20);
            },
            Ends = TimeSpan.FromDays(70),
        },
        new(RuleNames.Sdist)
        {
            Before = scene =>
            {
                scene.Bad = scene.Index.Add(TestWheel.Sdist("demo", "1.1"));
                scene.Settings["Policy:Rules:sdist:Refuse"] = "true";
            },
        },
        new(RuleNames.Typosquat)
        {
            IsHold = true,
            TakesAll = true,
            Before = scene =>
            {
                scene.Settings["Policy:Rules:typosquat:Mode"] = "enforce";
                scene.Settings["Policy:Rules:typosquat:PopularFile"] = scene.Write("popular.txt", "demos\n");
            },
        },
        new(RuleNames.Malware) { Before = scene => Advise(scene, "MAL-2026-1"), After = AdvisedAsync },
        new(RuleNames.Vulnerability)
        {
            Before = scene =>
            {
                Advise(scene, "PYSEC-2026-1");
                scene.Settings["Policy:Rules:vulnerability:BlockAt"] = "high";
            },
            After = AdvisedAsync,
        },
        new(RuleNames.Flagged)
        {
            After = async scene =>
            {
                var (_, flag) = await scene.Hashgate.CallAsync(HttpMethod.Post, "api/v1/flags", new { project = "demo", version = "1.1", reason = "steals" });
                await scene.Hashgate.CallAsync(HttpMethod.Post, $"api/v1/flags/{flag.GetProperty("id").GetString()}/confirm", new { reason = "it does" });
            },
        },
        new(RuleNames.Provenance)
        {
            IsHold = true,
            Before = scene =>
            {
                scene.Sibling.Publish("acme/demo").UploadTime = RuleScene.Day(-30);
                scene.Bad.Publish("mallory/demo").UploadTime = RuleScene.Day(-20);
            },
            After = scene => scene.AskAsync(scene.Bad),
            Ends = TimeSpan.FromDays(70),
        },
    }.ToDictionary(c => c.Rule);

    private static void Advise(RuleScene scene, string id) => scene.Settings["Advisories:Source"] = Path.GetDirectoryName(scene.Write($"osv/{id}.json", $$"""
        {"id": "{{id}}", "modified": "2026-02-01T00:00:00Z", "summary": "about demo", "database_specific": {"severity": "HIGH"},
         "affected": [{"package": {"ecosystem": "PyPI", "name": "demo"}, "versions": ["1.1"]}]}
        """));

    private static Task AdvisedAsync(RuleScene scene) =>
        Gets.UntilAsync(async () => (await scene.Hashgate.EventsAsync()).Any(e => e.Kind == EventKinds.AdvisoriesLoaded));
}
