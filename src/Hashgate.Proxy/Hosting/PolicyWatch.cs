using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;

namespace Hashgate.Proxy.Hosting;

/// <summary>
/// Keeps in force what stands in the policy store: loaded before the first request, looked at every second. While the store is away, what
/// this replica last read of it stays in force. A store that was emptied, set back or exchanged is not believed: what refuses stays in
/// force, what allows counts where both have it, until an operator decides.
/// </summary>
internal sealed partial class PolicyWatch(
    GuardedPolicyStore guarded, PolicyState state, IEnumerable<IPolicyPart> parts, PolicyCopy copy, IPublisherCopies publishers, IEventLog events, TimeProvider time, ILogger<PolicyWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly IPolicyStore _store = guarded.Unguarded;
    private readonly IPolicyPart[] _parts = [.. parts];
    private readonly PeriodicTimer _looks = new(LookEvery, time);
    private readonly SemaphoreSlim _turn = new(1, 1);

    // The versions of the store that are in force as they are; empty while it is in doubt.
    private readonly Dictionary<string, long> _inForce = [];
    private readonly Dictionary<string, IReadOnlyList<PolicyDocument>> _documents = [];
    private PolicyStoreState? _known;
    private PolicyStoreState? _doubted;
    private volatile IReadOnlyList<string> _status = [];
    private bool _isAway;

    /// <summary>Whether the copy on disk says that the store is in doubt.</summary>
    private bool _isDoubtKept;

    /// <summary>What doesn't work as it should, for readiness.</summary>
    public IReadOnlyList<string> Status => _status;

    /// <summary>Puts in force what was known last, then what the store has now. To be awaited before serving.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var kept = copy.ReadStore();
        (_known, _isDoubtKept) = (kept?.State, kept is { InDoubt: true });
        foreach (var part in _parts)
        {
            if (copy.Read(part.Kind) is not { } known) continue;
            _documents[part.Kind] = known;
            // Whether the store has them still isn't known, and was in doubt when last looked at.
            Apply(part, _isDoubtKept ? [.. known.Where(part.OutlivesItsStore)] : known);
        }
        await RefreshAsync(cancellationToken);
    }

    /// <summary>Puts in force what changed; to be called after each write, so that the writer's own replica doesn't wait for the next look.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await LookAsync(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, the next look tries again: policy that is in force stays so.
            if (!_isAway) LogAway(error);
            _isAway = true;
            _status = [Describe(error)];
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        _looks.Dispose();
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _looks.WaitForNextTickAsync(stoppingToken)) await RefreshAsync(stoppingToken);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var there = await _store.GetStateAsync(cancellationToken);
        if (_known is null && there.Identity is null) there = await _store.InitializeAsync(NewIdentity(), cancellationToken);
        guarded.Doubt = PolicyStoreState.Doubt(_known, there);
        if (guarded.Doubt is { } doubt) await DoubtAsync(there, doubt, cancellationToken);
        else await FollowAsync(there, cancellationToken);
        if (_isAway) LogBack();
        _isAway = false;
        _status = guarded.Doubt is { } why ? [why] : [];
    }

    private async Task FollowAsync(PolicyStoreState there, CancellationToken cancellationToken)
    {
        var changed = _parts.Where(p => !_inForce.TryGetValue(p.Kind, out var version) || version != there.Versions.GetValueOrDefault(p.Kind)).ToArray();
        var read = new List<(IPolicyPart Part, IReadOnlyList<PolicyDocument> Documents)>(changed.Length);
        // Read after the version: what changes in between is read once more at the next look, and never missed.
        foreach (var part in changed) read.Add((part, await _store.ListAsync(part.Kind, cancellationToken)));
        // A store that was emptied in between gave nothing: the next look tells of it.
        if (changed.Length > 0 && PolicyStoreState.Doubt(there, await _store.GetStateAsync(cancellationToken)) is not null) return;
        foreach (var (part, documents) in read)
        {
            Apply(part, documents);
            _inForce[part.Kind] = there.Versions.GetValueOrDefault(part.Kind);
            _documents[part.Kind] = documents;
            copy.Write(part.Kind, documents);
        }
        if (_known?.IsAt(there) != true || _isDoubtKept) copy.WriteStore(new KnownPolicyStore(there, InDoubt: false));
        if (_doubted is not null) LogTrusted(there.Identity!);
        (_known, _doubted, _isDoubtKept) = (there, null, false);
    }

    private async Task DoubtAsync(PolicyStoreState there, string doubt, CancellationToken cancellationToken)
    {
        if (_doubted?.IsAt(there) == true) return;
        foreach (var part in _parts) Apply(part, Strictest(part, await _store.ListAsync(part.Kind, cancellationToken)));
        if (_doubted is null)
        {
            events.Record(new Event { Kind = EventKinds.StoreAlarm, When = time.GetUtcNow(), Reason = doubt });
            LogDoubted(doubt);
            if (_known is not null && !_isDoubtKept) copy.WriteStore(new KnownPolicyStore(_known, InDoubt: true));
            _isDoubtKept = _known is not null;
        }
        _doubted = there;
        _inForce.Clear();
    }

    /// <summary>Whatever refuses, of what is known and of what is there; what allows only where both say the same, or where it outlives its store.</summary>
    private PolicyDocument[] Strictest(IPolicyPart part, IReadOnlyList<PolicyDocument> there)
    {
        var unchanged = there.Select(d => (d.Id, d.Json)).ToHashSet();
        return [.. Known(part.Kind).Where(d => part.OutlivesItsStore(d) || unchanged.Contains((d.Id, d.Json))), .. there.Where(d => !part.IsAllowance(d))];
    }

    private IReadOnlyList<PolicyDocument> Known(string kind) => _documents.GetValueOrDefault(kind) ?? [];

    private void Apply(IPolicyPart part, IReadOnlyList<PolicyDocument> documents) => state.Change(inputs => part.Apply(inputs, documents));

    private static string NewIdentity() => Guid.NewGuid().ToString("N");

    private string Describe(Exception error)
    {
        var why = error is StoreUnavailableException ? error.Message : "the policy store can't be read, see the log";
        var unknown = _parts.Select(p => p.Kind).Where(kind => !_documents.ContainsKey(kind)).ToArray();
        return unknown.Length == 0
            ? $"{why}; waivers, flags and the other policy documents are in force as this replica last read them"
            : $"{why}; this replica never read these policy documents, and none of them is in force: {string.Join(", ", unknown)}";
    }

    [LoggerMessage(3023, LogLevel.Error, "The policy store can't be read; what was read last stays in force, and it is tried again every second")]
    private partial void LogAway(Exception error);

    [LoggerMessage(3024, LogLevel.Information, "The policy store can be read again")]
    private partial void LogBack();

    [LoggerMessage(3028, LogLevel.Error, "{Doubt}")]
    private partial void LogDoubted(string doubt);

    [LoggerMessage(3029, LogLevel.Information, "The policy store {Identity} is trusted again")]
    private partial void LogTrusted(string identity);
}
