using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>A page whose serial goes backwards: refused for a day, with an alarm, then taken if it is consistent; an operator may take it at once.</summary>
public sealed class RollbackTests
{
    [Fact]
    public async Task Page_gone_backwards_is_refused_for_a_day_and_then_taken()
    {
        await using var rig = await GoneBackAsync();
        for (var hours = 0; hours < 23; hours++)
        {
            Assert.Contains("alpha-2.0", (await rig.GetPageLaterAsync()).Text, StringComparison.Ordinal);
            rig.Clock.Skip(TimeSpan.FromMinutes(30));
        }
        Assert.Single(await rig.Hashgate.EventsAsync(), e => e.Kind == "rollback");
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);

        rig.Clock.Skip(TimeSpan.FromHours(2));
        Assert.Contains("\"_last-serial\":900", (await rig.GetPageLaterAsync()).Text, StringComparison.Ordinal);
        Assert.True(await rig.HasEventAsync("removed"));
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Page_gone_backwards_that_contradicts_a_record_is_not_taken_after_a_day()
    {
        await using var rig = await GoneBackAsync();
        rig.File.Bytes = TestWheel.Build("alpha", "1.0", text: "another").Bytes;
        rig.File.ClaimBytes();
        Assert.Contains("alpha-2.0", (await rig.GetPageLaterAsync()).Text, StringComparison.Ordinal);
        rig.Clock.Skip(TimeSpan.FromHours(25));
        Assert.Contains("alpha-2.0", (await rig.GetPageLaterAsync()).Text, StringComparison.Ordinal);
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Page_gone_backwards_is_taken_at_once_on_an_operators_word()
    {
        await using var rig = await GoneBackAsync();
        Assert.Contains("alpha-2.0", (await rig.GetPageLaterAsync()).Text, StringComparison.Ordinal);
        Assert.Equal(200, await rig.AcceptAsync(new { page = true, reason = "the mirror was set up anew" }));
        Assert.Contains("\"_last-serial\":900", (await rig.GetPageAsync()).Text, StringComparison.Ordinal);
        Assert.True(await rig.HasEventAsync("acted", "the mirror was set up anew"));
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Operators_word_on_a_page_that_is_not_to_be_had_takes_nothing()
    {
        await using var rig = await GoneBackAsync();
        Assert.Contains("alpha-2.0", (await rig.GetPageLaterAsync()).Text, StringComparison.Ordinal);
        rig.Index.Faults.Always(rig.PagePath, Fault.Status(500));
        Assert.Equal(409, await rig.AcceptAsync(new { page = true, reason = "too early" }));

        // The word was for then: what goes backwards later is refused as ever.
        rig.Index.Faults.Clear();
        rig.Clock.Skip(TimeSpan.FromMinutes(30));
        Assert.Contains("alpha-2.0", (await rig.GetPageUntilAsync(p => !p.IsStale)).Text, StringComparison.Ordinal);
    }

    private static async Task<FaultRig> GoneBackAsync()
    {
        var rig = await FaultRig.StartAsync();
        var newer = rig.Index.Add(TestWheel.Build("alpha", "2.0"));
        newer.Project.Serial = 1001;
        Assert.Contains("alpha-2.0", (await rig.GetPageAsync()).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await rig.GetAsync()).Status);
        newer.Project.Serial = 900;
        lock (newer.Project.Files) newer.Project.Files.Remove(newer);
        return rig;
    }
}
