using Hashgate.Core.Serving;
using Hashgate.Proxy.Tests.Pages;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>A proof that fails while the page is read anew: whoever comes last, the page says what the file route says.</summary>
public sealed class InterleavedProofTests : IAsyncLifetime
{
    private readonly CallCounts _calls = new();
    private FaultRig _rig = null!;

    public async Task InitializeAsync()
    {
        _rig = await FaultRig.StartAsync(services: _calls.CountStores);
        // A second file: of a project with only one, the refused file isn't yanked.
        _rig.Index.Add(TestWheel.Build("alpha", "2.0"));
        await _rig.GetPageAsync();
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    /// <summary>Before the page is decided, and after it, when only its being put in place is left.</summary>
    [Theory]
    [InlineData("ITrustStore.PinAsync")]
    [InlineData("IPageStore.")]
    public async Task Failed_proof_outlasts_a_refresh_that_was_running(string heldAt)
    {
        await FailWhileAsync(heldAt, () => Pages.RefreshAsync(_rig.Project, default));
        await AssertRefusedAsync();
    }

    [Fact]
    public async Task Failed_proof_outlasts_a_repin_that_was_running()
    {
        await FailWhileAsync("ITrustStore.PinAsync", () => Pages.RepinAsync(_rig.Project));
        await AssertRefusedAsync();
    }

    [Fact]
    public async Task Repin_that_comes_while_a_refresh_is_running_reads_the_records_after_it()
    {
        var (held, release) = Hold("IPageStore.");
        var refresh = Task.Run(() => Pages.RefreshAsync(_rig.Project, default));
        await held;
        _calls.Clear();
        var repin = Pages.RepinAsync(_rig.Project);
        release();
        await repin.WaitAsync(TimeSpan.FromSeconds(60));
        await refresh;
        Assert.Contains("ITrustStore.PinAsync", _calls.All);
    }

    private ProjectPages Pages => _rig.Hashgate.Get<ProjectPages>();

    private async Task FailWhileAsync(string heldAt, Func<Task> work)
    {
        var (held, release) = Hold(heldAt);
        var running = Task.Run(work);
        await held;
        _calls.OnCall = static _ => { };
        _rig.Index.Faults.Always(_rig.File.Path, Fault.Tamper());
        Assert.Equal(403, (await _rig.GetAsync()).Status);
        Assert.True(await IsRefusedAsync());
        release();
        await running.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private async Task AssertRefusedAsync()
    {
        Assert.True(await IsRefusedAsync());
        Assert.Contains("\"yanked\":\"Blocked by Hashgate", System.Text.Encoding.UTF8.GetString((await _rig.GetPageAsync()).Body), StringComparison.Ordinal);
        Assert.Equal(403, (await _rig.GetAsync()).Status);
    }

    private async Task<bool> IsRefusedAsync()
    {
        var view = Assert.IsType<PageLookup.Found>(await Pages.GetAsync(_rig.Project, default)).View;
        return view.Decision.Files[view.Find(_rig.File.Path[1..])].IsRefused;
    }

    /// <summary>The next call whose name begins so waits until it is released; its thread is the detached work's own.</summary>
    private (Task Held, Action Release) Hold(string call)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new ManualResetEventSlim();
        _calls.OnCall = name =>
        {
            if (name.StartsWith(call, StringComparison.Ordinal) && held.TrySetResult()) Assert.True(released.Wait(TimeSpan.FromSeconds(60)));
        };
        return (held.Task.WaitAsync(TimeSpan.FromSeconds(60)), released.Set);
    }
}
