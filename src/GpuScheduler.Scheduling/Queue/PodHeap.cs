using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>A binary heap of queued pods that can also drop one from its middle.</summary>
internal sealed class PodHeap(Func<QueuedPodInfo, QueuedPodInfo, bool> less)
{
    private readonly List<QueuedPodInfo> _items = [];
    private readonly Dictionary<QueuedPodInfo, int> _places = [];

    public int Count => _items.Count;

    /// <summary>All pods, in no order.</summary>
    public IReadOnlyList<QueuedPodInfo> Items => _items;

    public QueuedPodInfo Peek() => _items[0];

    public bool Contains(QueuedPodInfo pod) => _places.ContainsKey(pod);

    public void Push(QueuedPodInfo pod)
    {
        _items.Add(pod);
        _places[pod] = _items.Count - 1;
        Up(_items.Count - 1);
    }

    public QueuedPodInfo Pop()
    {
        QueuedPodInfo top = _items[0];
        Remove(top);
        return top;
    }

    public bool Remove(QueuedPodInfo pod)
    {
        if (!_places.Remove(pod, out int at))
        {
            return false;
        }

        QueuedPodInfo last = _items[^1];
        _items.RemoveAt(_items.Count - 1);
        if (at < _items.Count)
        {
            _items[at] = last;
            _places[last] = at;
            Up(at);
            Down(_places[last]);
        }

        return true;
    }

    private void Up(int at)
    {
        while (at > 0)
        {
            int parent = (at - 1) / 2;
            if (!less(_items[at], _items[parent]))
            {
                return;
            }

            Swap(at, parent);
            at = parent;
        }
    }

    private void Down(int at)
    {
        while (true)
        {
            int first = at, left = (at * 2) + 1, right = left + 1;
            if (left < _items.Count && less(_items[left], _items[first]))
            {
                first = left;
            }

            if (right < _items.Count && less(_items[right], _items[first]))
            {
                first = right;
            }

            if (first == at)
            {
                return;
            }

            Swap(at, first);
            at = first;
        }
    }

    private void Swap(int a, int b)
    {
        (_items[a], _items[b]) = (_items[b], _items[a]);
        _places[_items[a]] = a;
        _places[_items[b]] = b;
    }
}
