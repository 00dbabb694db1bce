using Hashgate.Core.Downloads;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving.Replay;
using Hashgate.Core.Tests.Policy;

namespace Hashgate.Core.Tests.Serving;

public sealed class PolicyReplayTests
{
    [Fact]
    public async Task Record_without_an_end_is_left_at_the_limit()
    {
        var log = new EndlessLog();
        // No fact is asked for: the record is read first.
        var replay = new PolicyReplay(log, known: null!, TimeProvider.System);
        Assert.Null(await replay.RunAsync(new TriedPolicy(new DateOnly(2026, 1, 1), new PolicyEngine([], _ => false, (_, _) => { }), PolicyInputs.Initial), CancellationToken.None));
        Assert.Equal(PolicyReplay.MaxEntries + 1, log.Told);
        Assert.Equal(new DateOnly(2026, 1, 1), log.Asked?.Since);
    }

    private sealed class EndlessLog : IDownloadLog
    {
        private static readonly Download One = new(new DateOnly(2026, 1, 31), Some.Project, "1.0", "demo-1.0.tar.gz", Some.Digest, "10.0.0.1", null, 1, Some.Now);

        public int Told { get; private set; }

        public DownloadQuery? Asked { get; private set; }

        public void Record(ServedDownload download) => throw new NotSupportedException("A replay records nothing.");

        public async IAsyncEnumerable<Download> ReadAsync(DownloadQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Asked = query;
            await Task.CompletedTask;
            while (true)
            {
                Told++;
                yield return One;
            }
        }

        public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
