using System.Net;
using System.Text.Json;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>An index with two attested releases of one project, and Hashgate in front of it, on one clock and data directory.</summary>
public sealed class ProvenanceRig : IAsyncDisposable
{
    private readonly TemporaryDirectory _data = new();

    private ProvenanceRig(FakeIndex index)
    {
        Index = index;
        Old = Add("1.0", daysAgo: 30).Publish("acme/demo");
        New = Add("2.0", daysAgo: 10).Publish("acme/demo");
    }

    public static async Task<ProvenanceRig> StartAsync() => new(await FakeIndex.StartAsync());

    public FakeIndex Index { get; }
    public ManualTimeProvider Clock { get; } = new();
    public FakeFile Old { get; }
    public FakeFile New { get; }

    public FakeFile Add(string version, int daysAgo)
    {
        var file = Index.Add(TestWheel.Build("demo", version));
        file.UploadTime = Clock.GetUtcNow().AddDays(-daysAgo);
        return file;
    }

    /// <summary>In place of the SQLite file, where it is set.</summary>
    public MemoryPolicyStore? Store { get; set; }

    /// <summary>Where the publishers that were read last are kept.</summary>
    public string Copies => Path.Combine(_data.Path, "policy", "publishers");

    /// <summary>The program, again on the same data.</summary>
    public Task<RunningHashgate> RunAsync(params (string Key, string Value)[] settings) => RunningHashgate.StartAsync(
        Index,
        settings.ToDictionary(s => s.Key, s => (string?)s.Value),
        _data.Path,
        Clock,
        services => { if (Store is not null) services.Replace(ServiceDescriptor.Singleton(new GuardedPolicyStore(Store))); });

    /// <summary>The route of one file's provenance answers 500.</summary>
    public void Break(FakeFile file) => Index.Faults.Always(file.ProvenancePath, Fault.Status(500));

    /// <summary>How often any file's provenance was asked for.</summary>
    public int Asked => Index.Requests.All.Count(r => r.Path.StartsWith("/integrity/", StringComparison.Ordinal));

    public static async Task<HttpStatusCode> StatusAsync(RunningHashgate hashgate, FakeFile file)
    {
        using var answer = await hashgate.GetAsync(file.Path);
        return answer.StatusCode;
    }

    /// <summary>The yank's reason on the page that clients read; null where the file isn't yanked.</summary>
    public static async Task<string?> YankAsync(RunningHashgate hashgate, FakeFile file)
    {
        var page = JsonDocument.Parse(await hashgate.PageAsync(file.Project.Name)).RootElement;
        var yanked = page.GetProperty("files").EnumerateArray().Single(f => f.GetProperty("filename").GetString() == file.Filename).GetProperty("yanked");
        return yanked.ValueKind == JsonValueKind.String ? yanked.GetString() : null;
    }

    public async ValueTask DisposeAsync()
    {
        await Index.DisposeAsync();
        _data.Dispose();
    }
}
