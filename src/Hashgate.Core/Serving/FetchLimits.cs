using System.Collections.Concurrent;

namespace Hashgate.Core.Serving;

/// <summary>Counts the fetches under way, in all and by the client who started them, and the requests that wait.</summary>
internal sealed class FetchLimits(FileServing options)
{
    private readonly ConcurrentDictionary<string, int> _byClient = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _fetches;
    private int _waiting;

    public int Fetches
    {
        get
        {
            lock (_lock) return _fetches;
        }
    }

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes a place for a fetch; why there is none, or null.</summary>
    public string? TryStart(string client)
    {
        lock (_lock)
        {
            if (_fetches >= options.MaxConcurrentFetches) return "too many downloads are under way";
            var own = _byClient.GetValueOrDefault(client);
            if (own >= options.MaxPerClient) return "this client has too many downloads under way";
            _fetches++;
            _byClient[client] = own + 1;
            return null;
        }
    }

    public void End(string client)
    {
        lock (_lock)
        {
            _fetches--;
            if (_byClient[client] == 1) _byClient.TryRemove(client, out _);
            else _byClient[client]--;
        }
    }

    /// <summary>Takes a place among those who wait; false where there is none.</summary>
    public bool TryWait()
    {
        if (Interlocked.Increment(ref _waiting) <= options.MaxWaiting) return true;
        EndWait();
        return false;
    }

    public void EndWait() => Interlocked.Decrement(ref _waiting);
}
