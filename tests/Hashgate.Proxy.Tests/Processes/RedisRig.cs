using System.Net;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

/// <summary>A Hashgate over a Redis that it is about to lose, with a file that was proven and one that was only seen.</summary>
internal sealed class RedisRig : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private RedisRig(FakeIndex index, RedisServer redis)
    {
        (Index, Redis) = (index, redis);
        Program = new HashgateProgram(Path.Combine(_directory.Path, "data")).Over(index).With(redis);
        Proven = index.Add(TestWheel.Build("proven", "1.0"));
        Claimed = index.Add(TestWheel.Build("claimed", "1.0"));
    }

    public FakeIndex Index { get; }
    public RedisServer Redis { get; }
    public HashgateProgram Program { get; }
    public HashgateProcess Server { get; private set; } = null!;
    public FakeFile Proven { get; }
    public FakeFile Claimed { get; }

    public static async Task<RedisRig> StartAsync()
    {
        var rig = new RedisRig(await FakeIndex.StartAsync(), await RedisServer.StartAsync());
        rig.Server = await rig.Program.StartAsync();
        await rig.AssertServedAsync(rig.Proven);
        await rig.Server.HashesAsync("claimed");
        return rig;
    }

    public async Task RestartServerAsync()
    {
        await Server.DisposeAsync();
        Server = await Program.StartAsync();
    }

    /// <summary>A file of a project that nobody has asked for yet.</summary>
    public FakeFile AddNew(string project) => Index.Add(TestWheel.Build(project, "1.0"));

    public async Task AssertServedAsync(FakeFile file)
    {
        using var answer = await GetAsync(file);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(file.Bytes, await answer.Content.ReadAsByteArrayAsync());
    }

    /// <summary>Not to be had while the records are not, said in the phrase; nothing of the file.</summary>
    public async Task AssertNoFirstUseAsync(FakeFile file)
    {
        using var answer = await GetAsync(file);
        Assert.True(answer.StatusCode == HttpStatusCode.GatewayTimeout, $"{file.Filename} was answered {answer.StatusCode}; hashgate wrote: {Server.Output}");
        Assert.StartsWith("application/problem+json", answer.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
        Assert.Contains("Hashgate", answer.ReasonPhrase, StringComparison.Ordinal);
    }

    /// <summary>Cached and proven files go on; what was only seen, and what never was, is not to be had.</summary>
    public async Task AssertClosedAsync(string newProjects)
    {
        for (var i = 0; i < 5; i++) await AssertNoFirstUseAsync(AddNew($"{newProjects}-{i}"));
        await AssertNoFirstUseAsync(Claimed);
        await AssertServedAsync(Proven);
        Assert.Single(await Server.HashesAsync("proven"));
    }

    /// <summary>What was refused is served again, and what is new is taken.</summary>
    public async Task AssertOpenAsync(string newProjects)
    {
        await Server.WaitUntilReadyAsync();
        for (var i = 0; i < 5; i++) await WaitUntilServedAsync(Index.Project($"{newProjects}-{i}").Files[0]);
        await WaitUntilServedAsync(Claimed);
        await AssertServedAsync(AddNew(newProjects + "-later"));
        await AssertServedAsync(Proven);
    }

    public async Task<ProgramResult> RunAsync(params string[] arguments)
    {
        var result = await Program.RunAsync(arguments);
        Assert.Empty(result.ErrorLines);
        return result;
    }

    public Task<HttpResponseMessage> GetAsync(FakeFile file) => Server.Client.GetAsync(file.Path.TrimStart('/'));

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Redis.DisposeAsync();
        await Index.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>A page that was built without the store is built again a moment later.</summary>
    private async Task WaitUntilServedAsync(FakeFile file)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var answer = await GetAsync(file);
            if (answer.StatusCode == HttpStatusCode.OK || patience.IsCancellationRequested) break;
            await Task.Delay(100);
        }
        await AssertServedAsync(file);
    }
}
