using Hashgate.Core.Policy;
using Hashgate.Core.Trust;

namespace Hashgate.Proxy.Hosting;

/// <summary>
/// Keeps in force what stands in the policy store: loaded before the first request, looked at every second. While the store is away, what
/// this replica last read of it stays in force.
/// </summary>
internal sealed partial class PolicyWatch(IPolicyStore store, PolicyState state, IEnumerable<IPolicyPart> parts, PolicyCopy copy, TimeProvider time, ILogger<PolicyWatch> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly IPolicyPart[] _parts = [.. parts];
    private readonly PeriodicTimer _looks = new(LookEvery, time);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, long> _inForce = [];
    private readonly HashSet<string> _fromCopy = [];
    private volatile IReadOnlyList<string> _status = [];

    /// <summary>What doesn't work as it should, for readiness.</summary>
    public IReadOnlyList<string> Status => _status;

    /// <summary>Puts in force what was known last, then what the store has now. To be awaited before serving.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var part in _parts)
        {
            if (copy.Read(part.Kind) is not { } known) continue;
            state.Change(inputs => part.Apply(inputs, known));
            _fromCopy.Add(part.Kind);
        }
        await RefreshAsync(cancellationToken);
    }

    /// <summary>Puts in force what changed; to be called after each write, so that the writer's own replica doesn't wait for the next look.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var versions = await store.GetVersionsAsync(cancellationToken);
            foreach (var part in _parts) await RefreshAsync(part, versions.GetValueOrDefault(part.Kind), cancellationToken);
            if (_status.Count > 0) LogBack();
            _status = [];
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, the next look tries again: policy that is in force stays so.
            if (_status.Count == 0) LogAway(error);
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

    private async Task RefreshAsync(IPolicyPart part, long version, CancellationToken cancellationToken)
    {
        if (_inForce.TryGetValue(part.Kind, out var known) && known == version) return;
        // Read after its version: what changes in between is read once more at the next look, and never missed.
        var documents = await store.ListAsync(part.Kind, cancellationToken);
        state.Change(inputs => part.Apply(inputs, documents));
        _inForce[part.Kind] = version;
        copy.Write(part.Kind, documents);
    }

    private string Describe(Exception error)
    {
        var why = error is StoreUnavailableException ? error.Message : "the policy store can't be read, see the log";
        var unknown = _parts.Select(p => p.Kind).Where(kind => !_inForce.ContainsKey(kind) && !_fromCopy.Contains(kind)).ToArray();
        return unknown.Length == 0
            ? $"{why}; waivers, flags and the other policy documents are in force as this replica last read them"
            : $"{why}; this replica never read these policy documents, and none of them is in force: {string.Join(", ", unknown)}";
    }

    [LoggerMessage(3023, LogLevel.Error, "The policy store can't be read; what was read last stays in force, and it is tried again every second")]
    private partial void LogAway(Exception error);

    [LoggerMessage(3024, LogLevel.Information, "The policy store can be read again")]
    private partial void LogBack();
}
