namespace GpuScheduler.Cluster.Tests;

/// <summary>
/// Remembers every state of every block that was seen: equal stamps must mean equal content, and within a chain the stamps
/// of nodes must tell exactly which nodes changed since an earlier state.
/// </summary>
internal sealed class StampRules
{
    private readonly Dictionary<long, long[]> _contents = [];
    private readonly Dictionary<long, SortedList<long, long[]>> _chains = [];

    public void See(ClusterView view, NaiveView model)
    {
        for (int i = 0; i < view.Blocks.Length; i++)
        {
            Block block = view.Blocks[i];
            long[] versions = new long[Block.Size];
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                versions[lane] = model.Nodes[block.Nodes[lane].Name].Version;
            }

            if (_contents.TryGetValue(block.Stamp, out long[]? seen))
            {
                Require(seen.AsSpan().SequenceEqual(versions), $"stamp {block.Stamp} of {view.GetType().Name} stands for two contents: nodes of versions {string.Join(',', seen.Where(v => v != 0))}, then {string.Join(',', versions.Where(v => v != 0))}");
            }

            _contents[block.Stamp] = versions;
            if (!_chains.TryGetValue(block.Chain, out SortedList<long, long[]>? chain))
            {
                _chains.Add(block.Chain, chain = []);
            }

            if (chain.TryAdd(block.Stamp, versions))
            {
                AssertTells(block, chain);
            }
        }
    }

    private static void AssertTells(Block block, SortedList<long, long[]> chain)
    {
        // Snapshots let us look at an old state late; what came after it is not its business.
        int at = chain.IndexOfKey(block.Stamp);
        for (int i = 0; i < at; i++)
        {
            (long since, long[] then) = (chain.Keys[i], chain.Values[i]);
            ulong told = ColumnMask.GreaterThan(block.NodeStamps, since);
            for (int lane = 0; lane < Block.Size; lane++)
            {
                bool changed = then[lane] != chain.Values[at][lane];
                Require(changed == ((told >> lane & 1) != 0), $"lane {lane} changed: {changed}, but its stamp says otherwise");
            }
        }
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
