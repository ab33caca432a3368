namespace GpuScheduler.Cluster;

/// <summary>
/// The nodes that changed in the writer's working state, in order. Whoever remembers how far it has read learns what changed since without comparing the
/// stamps of all blocks. Old entries are written over: who is more than <see cref="Capacity"/> behind compares stamps. Writer's thread only.
/// </summary>
public sealed class ChangeLog
{
    /// <summary>How many changes are kept.</summary>
    public const int Capacity = 1 << 12;

    private readonly int[] _nodes = new int[Capacity];

    /// <summary>How many changes there were, ever.</summary>
    public long Count { get; private set; }

    /// <summary>Index of the node that changed, by number of the change: one of the last <see cref="Capacity"/>.</summary>
    public int this[long change] => _nodes[(int)change & (Capacity - 1)];

    internal void Add(int node)
    {
        _nodes[(int)Count & (Capacity - 1)] = node;
        Count++;
    }
}
