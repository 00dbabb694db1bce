namespace Hashgate.Core.Trust;

/// <summary>The values last added, as many as it holds.</summary>
internal sealed class RecentSet<T>(int capacity)
{
    private readonly HashSet<T> _set = [];
    private readonly Queue<T> _order = [];

    public bool Contains(T value) => _set.Contains(value);

    public void Add(T value)
    {
        if (!_set.Add(value)) return;
        _order.Enqueue(value);
        if (_order.Count > capacity) _set.Remove(_order.Dequeue());
    }
}
