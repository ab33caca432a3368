namespace GpuScheduler.Scheduling;

/// <summary>Nodes to which a part of a gang is confined, in the order of the tree: a stretch of an array that others share.</summary>
internal readonly record struct Region(int[] Array, int First, int Last)
{
    public ReadOnlySpan<int> Nodes => Array.AsSpan(First, Last - First);

    public int Length => Last - First;

    public bool Contains(ReadOnlySpan<int> nodes)
    {
        foreach (int node in nodes)
        {
            if (!Nodes.Contains(node))
            {
                return false;
            }
        }

        return true;
    }
}
