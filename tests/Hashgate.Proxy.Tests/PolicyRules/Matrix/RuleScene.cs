using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hashgate.Proxy.Tests.PolicyRules.Matrix;

/// <summary>An index with two releases of one project and one of another, all of them fine until a case changes that, and Hashgate in front.</summary>
internal sealed class RuleScene : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();

    private RuleScene(FakeIndex index)
    {
        Index = index;
        Sibling = index.Add(TestWheel.Build("demo", "1.0"));
        Bad = index.Add(TestWheel.Build("demo", "1.1"));
        Fine = index.Add(TestWheel.Build("fine", "1.0"));
    }

    public FakeIndex Index { get; }

    /// <summary>Another release of the project.</summary>
    public FakeFile Sibling { get; }

    /// <summary>What the rule has something to say about.</summary>
    public FakeFile Bad { get; set; }

    /// <summary>A file of another project.</summary>
    public FakeFile Fine { get; }

    public FaultClock Clock { get; } = FaultClock.At(Start);

    public MemoryTrustStore Trust { get; } = new();

    public Dictionary<string, string?> Settings { get; } = [];

    public RunningHashgate Hashgate { get; private set; } = null!;

    /// <summary>Sets the scene, starts the program and lets the rule come to its finding.</summary>
    /// <param name="settings">These go before the case's own.</param>
    public static async Task<RuleScene> StartAsync(RuleCase rule, params (string Key, string Value)[] settings)
    {
        var scene = new RuleScene(await FakeIndex.StartAsync());
        rule.Before(scene);
        foreach (var (key, value) in settings) scene.Settings[key] = value;
        scene.Hashgate = await RunningHashgate.StartAsync(scene.Index, scene.Settings, scene.PathOf("data"), scene.Clock, services => services.Replace(ServiceDescriptor.Singleton<ITrustStore>(scene.Trust)));
        foreach (var file in (FakeFile[])[scene.Fine, scene.Sibling]) await scene.AskAsync(file);
        await rule.After(scene);
        return scene;
    }

    /// <summary>A day counted from the start.</summary>
    public static DateTimeOffset Day(int day) => Start.AddDays(day);

    public string PathOf(string name) => Path.Combine(_directory.Path, name);

    /// <summary>Writes a file of the operator's.</summary>
    public string Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Asks for a file's page and then for it, whatever comes of it.</summary>
    public async Task AskAsync(FakeFile file)
    {
        using var page = await Hashgate.GetAsync(FakeIndex.PagePath(file.Project.Name));
        using var answer = await Hashgate.GetAsync(file.Path);
        await answer.Content.LoadIntoBufferAsync();
    }

    /// <summary>Reads the project's page from the index now.</summary>
    public async Task RefreshAsync() => await Hashgate.Get<ProjectPages>().RefreshAsync(ProjectName.Parse("demo"), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Hashgate.DisposeAsync();
        await Index.DisposeAsync();
        _directory.Dispose();
    }
}
