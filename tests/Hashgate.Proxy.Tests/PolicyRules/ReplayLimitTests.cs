using System.Net;
using System.Runtime.CompilerServices;
using Hashgate.Core.Downloads;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>A replay over a record that is slow or away.</summary>
public sealed class ReplayLimitTests
{
    [Fact]
    public async Task Replay_that_takes_too_long_is_ended_and_leaves_its_turn()
    {
        var time = new ManualTimeProvider();
        var log = new StuckLog();
        await using var hashgate = await StartAsync(log, time);
        var running = hashgate.CallAsync(HttpMethod.Post, "api/v1/policy/replay", new { });
        await log.Asked;
        Assert.Equal(HttpStatusCode.TooManyRequests, (await hashgate.CallAsync(HttpMethod.Post, "api/v1/policy/replay", new { })).Status);

        time.Advance(ReplayOperations.Longest);
        var (status, problem) = await running;
        Assert.Equal((HttpStatusCode.BadRequest, "The replay was not done within 5 minutes: name a later day as since."), (status, problem.Detail()));
        // It is given back once the answer is written.
        await Gets.UntilAsync(() =>
        {
            using var turn = hashgate.Get<ReplayOperations>().Enter();
            return Task.FromResult(turn.IsAcquired);
        });
    }

    [Fact]
    public async Task Record_that_is_away_is_told()
    {
        await using var hashgate = await StartAsync(new StuckLog { IsAway = true }, new ManualTimeProvider());
        var (status, problem) = await hashgate.CallAsync(HttpMethod.Post, "api/v1/policy/replay", new { });
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "the record is away"), (status, problem.Detail()));
    }

    private static Task<RunningHashgate> StartAsync(IDownloadLog log, TimeProvider time) =>
        RunningHashgate.StartAsync(null, time: time, services: services => services.Replace(ServiceDescriptor.Singleton(log)));

    private sealed class StuckLog : IDownloadLog
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsAway { get; init; }

        public Task Asked => _asked.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void Record(ServedDownload download)
        {
        }

        public async IAsyncEnumerable<Download> ReadAsync(DownloadQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (IsAway) throw new StoreUnavailableException("the record is away");
            _asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            yield break;
        }

        public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
