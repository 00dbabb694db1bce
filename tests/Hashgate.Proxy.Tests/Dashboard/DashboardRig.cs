using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Dashboard;

/// <summary>A Hashgate in this process whose clock is ours, in front of an index, with events put on record as tests like.</summary>
public abstract class DashboardRig : IAsyncLifetime
{
    protected ManualTimeProvider Time { get; } = new();

    protected FakeIndex Index { get; private set; } = null!;

    protected RunningHashgate Hashgate { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Index = await FakeIndex.StartAsync();
        Hashgate = await RunningHashgate.StartAsync(Index, time: Time);
    }

    public async Task DisposeAsync()
    {
        await Hashgate.DisposeAsync();
        await Index.DisposeAsync();
    }

    /// <summary>Puts a refusal on record and returns its id.</summary>
    protected async Task<string> RefuseAsync(string project, string kind = EventKinds.Blocked, string rule = "malware", string client = "192.0.2.7", string reason = "because", string? userAgent = null, int count = 1, TimeSpan ago = default) =>
        await RecordAsync(new Event { Kind = kind, When = Time.GetUtcNow() - ago, Project = ProjectName.Parse(project), Version = "1.0", Filename = $"{project}-1.0-py3-none-any.whl", Rule = rule, Reason = reason, Client = client, UserAgent = userAgent, Count = count });

    protected async Task<string> RecordAsync(Event happened) => (await Hashgate.Get<IEventLog>().RecordAsync(happened, CancellationToken.None)).Id;
}
