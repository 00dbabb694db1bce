using System.Text.Json;
using Hashgate.Core.Advisories;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>
/// An index with <c>alpha</c> 1.0, which is good, and 2.0, which an advisory calls malicious, and <c>ghost</c>, all of which is. The advisories'
/// texts are made to hurt a terminal.
/// </summary>
internal sealed class MaliciousRelease : IAsyncDisposable
{
    private const string Hostile = ClientRun.Steering + "\u001b[0m\r\nSet-Cookie: x=1 \u202egnp.exe \u00fcml\u00e4ut <script>alert(1)</script>";

    private readonly TemporaryDirectory _advisories = new();

    public FakeIndex Index { get; private init; } = null!;
    public RunningHashgate Hashgate { get; private set; } = null!;
    public FakeFile Bad { get; private init; } = null!;

    public static async Task<MaliciousRelease> StartAsync()
    {
        var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        index.Add(TestWheel.Build("ghost", "1.0"));
        var release = new MaliciousRelease { Index = index, Bad = index.Add(TestWheel.Build("alpha", "2.0", text: "malicious")) };
        release.Advise("MAL-2026-1", "alpha", """{"versions":["2.0"]}""");
        release.Advise("MAL-2026-2", "ghost", """{"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}""");
        release.Hashgate = await RunningHashgate.StartAsync(index, new Dictionary<string, string?> { ["Advisories:Source"] = release._advisories.Path });
        await Gets.UntilAsync(() => Task.FromResult(release.Hashgate.Get<PolicyState>().Current.Advisories.IsLoaded));
        return release;
    }

    /// <summary>Does something, such as locking the release, while nobody knows yet that it is malicious.</summary>
    public async Task BeforehandAsync(Func<Task> act)
    {
        var policy = Hashgate.Get<PolicyState>();
        var advisories = policy.Current.Advisories;
        policy.Change(inputs => inputs with { Advisories = AdvisoryIndex.Missing });
        await act();
        policy.Change(inputs => inputs with { Advisories = advisories });
    }

    public async ValueTask DisposeAsync()
    {
        await Hashgate.DisposeAsync();
        await Index.DisposeAsync();
        _advisories.Dispose();
    }

    private void Advise(string id, string project, string what) => File.WriteAllText(
        Path.Combine(_advisories.Path, id + ".json"),
        $$"""
        {"id":"{{id}}","modified":"2026-01-01T00:00:00Z","summary":{{JsonSerializer.Serialize(Hostile)}},
         "affected":[{"package":{"ecosystem":"PyPI","name":"{{project}}"},{{what.Trim()[1..^1]}}}]}
        """);
}
