using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Lists;

/// <summary>The organisation's lists that are configured and asked for.</summary>
internal sealed class PolicyLists : BackgroundService
{
    private readonly List<WatchedList> _lists = [];
    private readonly List<DocumentClient> _clients = [];

    public PolicyLists(HashgateSettings settings, PolicyState policy, IEventLog events, TimeProvider time, ILogger<WatchedList> logger)
    {
        foreach (var list in settings.Policy.Lists.Concat(settings.Policy.Typosquat.Lists).Where(list => settings.Policy.IsOn(list.Rule)))
        {
            var kind = ListKind.Of(list.Rule);
            // Before it is loaded, or where it never is, its rule holds what it can't judge.
            policy.Change(kind.Absent);
            _lists.Add(new WatchedList(list, kind, Source(list, settings, time), Path.Combine(settings.DataDirectory, "lists", list.Rule + ".json"), policy, events, time, logger));
        }
    }

    /// <summary>Each of them.</summary>
    public IReadOnlyList<WatchedList> All => _lists;

    /// <summary>What keeps a list's source from being in force.</summary>
    public IEnumerable<string> Problems => _lists.Select(list => list.Problem).OfType<string>();

    /// <summary>Puts every list in force, before the first request.</summary>
    /// <exception cref="SettingsException">A list has errors and there is no last good one.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var errors = new List<string>();
        foreach (var list in _lists)
        {
            try
            {
                await list.LoadAsync(cancellationToken);
            }
            catch (SettingsException wrong)
            {
                errors.AddRange(wrong.Errors);
            }
        }
        if (errors.Count > 0) throw new SettingsException(errors);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_lists.Select(list => list.WatchAsync(stoppingToken)));

    public override void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
        base.Dispose();
    }

    private IListSource Source(ListSettings list, HashgateSettings settings, TimeProvider time)
    {
        if (list.File is not null) return new FileListSource(list.File);
        var server = new DocumentServer(list.Rule, list.Url!, list.AllowPrivateNetwork, UrlListSource.Silence, UrlListSource.Longest);
        var client = new DocumentClient(server, UserAgent.Of(settings.ClientOptions), time);
        _clients.Add(client);
        return new UrlListSource(list.Url!, list.RefreshAfter, client);
    }
}
