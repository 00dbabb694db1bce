using Hashgate.Core.Serving;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.Serving;

public sealed class WorkTurnsTests
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly ManualTimeProvider _time = new();
    private readonly OneLease _lease = new();
    private bool _isDone;

    [Fact]
    public async Task Work_that_nobody_does_is_ones_own_until_it_is_given_back()
    {
        await using (var turn = await TakeAsync())
        {
            Assert.NotNull(turn);
            Assert.True(_lease.IsHeld);
        }
        Assert.False(_lease.IsHeld);
    }

    [Fact]
    public async Task Work_that_another_does_is_waited_for_and_looked_for_once_it_is_given_back()
    {
        _lease.IsHeld = true;
        var waiting = TakeAsync();
        for (var i = 0; i < 100; i++) await LookAgainAsync(waiting);
        Assert.False(waiting.IsCompleted);

        (_isDone, _lease.IsHeld) = (true, false);
        await LookAgainAsync(waiting);

        Assert.Null(await waiting);
        Assert.False(_lease.IsHeld);
    }

    [Fact]
    public async Task Work_that_another_gave_up_is_taken_over()
    {
        _lease.IsHeld = true;
        var waiting = TakeAsync();
        await LookAgainAsync(waiting);
        _lease.IsHeld = false;
        await LookAgainAsync(waiting);
        Assert.NotNull(await waiting);
    }

    [Fact]
    public async Task Work_that_takes_another_longer_than_any_client_waits_is_done_twice()
    {
        _lease.IsHeld = true;
        var waiting = TakeAsync();
        for (var i = 0; i < 149; i++) await LookAgainAsync(waiting);
        Assert.False(waiting.IsCompleted);
        await LookAgainAsync(waiting);
        Assert.Null(await waiting);
        Assert.True(_lease.IsHeld);
    }

    [Fact]
    public async Task Work_that_was_done_between_the_look_and_the_turn_is_not_done_again()
    {
        _lease.WhenTaken = () => _isDone = true;
        Assert.Null(await TakeAsync());
        Assert.False(_lease.IsHeld);
    }

    private Task<IWorkLease?> TakeAsync() => new WorkTurns(_lease, _time).TakeAsync("work", () => Task.FromResult(_isDone), default);

    private async Task LookAgainAsync(Task waiting)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!_time.IsAwaited(_time.GetUtcNow() + LookEvery)) await Task.Delay(1, deadline.Token);
        _time.Advance(LookEvery);
        while (!waiting.IsCompleted && !_time.IsAwaited(_time.GetUtcNow() + LookEvery)) await Task.Delay(1, deadline.Token);
    }

    private sealed class OneLease : IWorkLeases
    {
        public bool IsHeld { get; set; }

        public Action WhenTaken { get; set; } = () => { };

        public ValueTask<IWorkLease?> TryTakeAsync(string work, CancellationToken cancellationToken)
        {
            if (IsHeld) return ValueTask.FromResult<IWorkLease?>(null);
            IsHeld = true;
            WhenTaken();
            return ValueTask.FromResult<IWorkLease?>(new Held(this));
        }

        public ValueTask<bool> IsHeldAsync(string work, CancellationToken cancellationToken) => ValueTask.FromResult(IsHeld);
    }

    private sealed class Held(OneLease lease) : IWorkLease
    {
        public long Number => 1;

        public void Moved()
        {
        }

        public ValueTask DisposeAsync()
        {
            lease.IsHeld = false;
            return ValueTask.CompletedTask;
        }
    }
}
