using System.Net;
using System.Text.Json;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Hashgate.Testing.S3;

namespace Hashgate.Proxy.Tests.Deploy;

/// <summary>The Helm chart, rendered and checked by deploy/check-chart; and the program with the settings, variables and probes of its pods.</summary>
[Trait("Needs", "chart"), Trait("Needs", "redis")]
public sealed class ChartTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Chart_is_in_order_and_the_program_runs_as_its_pods_do()
    {
        await DeployScript.AssertRunsAsync("check-chart", _directory.Path);
        using var manifests = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_directory.Path, "everything.json")));
        var pod = manifests.RootElement.GetProperty("Deployment").GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")[0];
        var settings = Path.Combine(_directory.Path, "hashgate.json");
        await File.WriteAllTextAsync(settings, manifests.RootElement.GetProperty("ConfigMap").GetProperty("data").GetProperty("hashgate.json").GetString());
        await using var index = await FakeIndex.StartAsync();
        await using var redis = await RedisServer.StartAsync();
        await using var store = await FakeS3.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));

        // Only what a pod finds elsewhere is another: its folder, the index and the servers.
        var program = new HashgateProgram(Path.Combine(_directory.Path, "data")).Over(index).Set("S3:ServiceUrl", store.Url.AbsoluteUri);
        foreach (var variable in pod.GetProperty("env").EnumerateArray()) program.Environment[variable.GetProperty("name").GetString()!] = ValueOf(variable, redis);
        program.Environment["HASHGATE_CONFIG"] = settings;
        await using var server = await program.StartAsync();

        Assert.Empty(await server.ReasonsAsync());
        foreach (var probe in (string[])["startupProbe", "livenessProbe", "readinessProbe"])
            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(pod.GetProperty(probe).GetProperty("httpGet").GetProperty("path").GetString())).StatusCode);
        Assert.Equal(file.Bytes, await server.Client.GetByteArrayAsync(file.Path.TrimStart('/')));
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Client.GetAsync("metrics")).StatusCode);
        using var viewer = new HttpRequestMessage(HttpMethod.Get, "metrics") { Headers = { { "Authorization", "Bearer " + Secret("hashgate-viewers", "grafana") } } };
        Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(viewer)).StatusCode);
        Assert.False(File.Exists(Path.Combine(program.DataDirectory, "admin-token")), "Replicas would each have made an operator's token of their own.");
    }

    private static string ValueOf(JsonElement variable, RedisServer redis)
    {
        if (variable.TryGetProperty("value", out var value)) return value.GetString()!;
        var secret = variable.GetProperty("valueFrom").GetProperty("secretKeyRef");
        var (name, key) = (secret.GetProperty("name").GetString()!, secret.GetProperty("key").GetString()!);
        return name == "hashgate-redis" ? redis.Configuration : Secret(name, key);
    }

    private static string Secret(string name, string key) => $"what-{name}-has-in-{key}";
}
