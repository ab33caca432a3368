namespace GpuScheduler.Cluster;

/// <summary>Walks the placements of one node, newest first, without allocating.</summary>
public struct PlacementEnumerator
{
    private readonly PlacementTable _table;
    private int _next;

    internal PlacementEnumerator(PlacementTable table, int first)
    {
        _table = table;
        _next = first;
        Current = default;
    }

    public Placement Current { get; private set; }

    public readonly PlacementEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_next < 0)
        {
            return false;
        }

        Current = _table.At(_next, out _next);
        return true;
    }
}
