using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

public sealed class KilledRecordTests
{
    private const int Pages = 6;

    [Fact]
    public async Task Kill_during_record_writes_loses_nothing_that_a_client_was_told() => await KillAsync(20, null);

    [Fact, Trait("Needs", "redis")]
    public async Task Kill_during_record_writes_to_Redis_loses_nothing_that_a_client_was_told()
    {
        await using var redis = await RedisServer.StartAsync();
        await KillAsync(10, redis);
    }

    private static async Task KillAsync(int kills, RedisServer? redis)
    {
        await using var index = await FakeIndex.StartAsync();
        await using var hashgate = new KilledHashgate(index, redis);
        string[] before = [];
        for (var kill = 0; kill < kills; kill++)
        {
            await hashgate.StartAsync();
            // The index has changed every file since: what clients were told stands all the same.
            await Task.WhenAll(before.Select(hashgate.AskAsync));
            await hashgate.CompareStoreAndJournalAsync();

            string[] projects = [.. Enumerable.Range(0, Pages).Select(p => $"record-{kill}-{p}")];
            foreach (var project in projects) AddFiles(index, project);
            var asked = projects.Select(hashgate.AskAsync).ToList();
            if (kill % 2 == 0) await Task.Delay(3 * kill);
            else for (var answered = 0; answered <= kill % Pages; answered++) asked.Remove(await Task.WhenAny(asked));
            await hashgate.KillAsync();
            await Task.WhenAll(asked);

            foreach (var file in projects.SelectMany(p => index.Project(p).Files))
            {
                file.Bytes = [.. file.Bytes, 0];
                file.ClaimBytes();
            }
            before = projects;
        }
        await hashgate.StartAsync();
        await Task.WhenAll(before.Select(hashgate.AskAsync));
        await hashgate.CompareStoreAndJournalAsync();
    }

    private static void AddFiles(FakeIndex index, string project)
    {
        for (var i = 0; i < 5; i++) index.Add(TestWheel.Build(project, $"1.{i}"));
    }
}
