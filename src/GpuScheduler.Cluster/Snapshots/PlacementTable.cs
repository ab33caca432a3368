namespace GpuScheduler.Cluster;

/// <summary>
/// The placements of a block: one list a lane, threaded through one array, so that adding and removing in steady state
/// allocates nothing and copying a block copies one array.
/// </summary>
internal sealed class PlacementTable
{
    private readonly int[] _heads = new int[Block.Size];
    private Entry[] _entries;
    private int _free;

    public PlacementTable()
    {
        Array.Fill(_heads, -1);
        _entries = [];
        _free = -1;
    }

    private PlacementTable(PlacementTable other)
    {
        other._heads.CopyTo(_heads, 0);
        _entries = (Entry[])other._entries.Clone();
        _free = other._free;
    }

    public PlacementTable Copy() => new(this);

    public void Add(int lane, in Placement placement)
    {
        if (_free < 0)
        {
            Grow();
        }

        int at = _free;
        _free = _entries[at].Next;
        _entries[at] = new Entry { Placement = placement, Next = _heads[lane] };
        _heads[lane] = at;
    }

    /// <summary>False where the pod is not on the lane.</summary>
    public bool Remove(int lane, Pod pod, out Placement removed)
    {
        int before = -1;
        for (int at = _heads[lane]; at >= 0; before = at, at = _entries[at].Next)
        {
            ref Entry entry = ref _entries[at];
            if (!ReferenceEquals(entry.Placement.Pod, pod))
            {
                continue;
            }

            removed = entry.Placement;
            if (before < 0)
            {
                _heads[lane] = entry.Next;
            }
            else
            {
                _entries[before].Next = entry.Next;
            }

            entry = new Entry { Next = _free };
            _free = at;
            return true;
        }

        removed = default;
        return false;
    }

    public PlacementEnumerator On(int lane) => new(this, _heads[lane]);

    internal ref readonly Placement At(int index, out int next)
    {
        ref Entry entry = ref _entries[index];
        next = entry.Next;
        return ref entry.Placement;
    }

    private void Grow()
    {
        int old = _entries.Length;
        Array.Resize(ref _entries, Math.Max(16, old * 2));
        for (int i = _entries.Length - 1; i >= old; i--)
        {
            _entries[i].Next = _free;
            _free = i;
        }
    }

    private struct Entry
    {
        public Placement Placement;
        public int Next;
    }
}
