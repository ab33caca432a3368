using System.Numerics;

namespace GpuScheduler.Cluster;

/// <summary>A set of nodes, by index: one <see cref="ulong"/> a block. It grows as needed; one thread at a time.</summary>
public sealed class NodeSet
{
    private ulong[] _masks = [];

    /// <summary>The lanes of a block that are in the set.</summary>
    public ulong this[int block]
    {
        get => block < _masks.Length ? _masks[block] : 0;
        set
        {
            if (block >= _masks.Length)
            {
                Array.Resize(ref _masks, Math.Max(block + 1, _masks.Length * 2));
            }

            _masks[block] = value;
        }
    }

    /// <summary>How many nodes.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong mask in _masks)
            {
                count += BitOperations.PopCount(mask);
            }

            return count;
        }
    }

    /// <summary>The nodes that satisfy a condition.</summary>
    public static NodeSet Where(ClusterView view, Func<Node, bool> condition)
    {
        NodeSet nodes = new();
        for (int b = 0; b < view.Blocks.Length; b++)
        {
            BlockNodes block = view.Blocks[b].Nodes;
            foreach (int lane in new Lanes(block.Present))
            {
                nodes[b] |= condition(block[lane]) ? 1UL << lane : 0;
            }
        }

        return nodes;
    }

    /// <summary>The nodes of <paramref name="from"/>, or all where that is null, that are not in <paramref name="others"/>.</summary>
    public static NodeSet Without(NodeSet? from, NodeSet others, ClusterView view)
    {
        NodeSet rest = new();
        for (int b = 0; b < view.Blocks.Length; b++)
        {
            rest[b] = (from?[b] ?? ulong.MaxValue) & ~others[b];
        }

        return rest;
    }

    public bool Contains(int node) => (this[node / Block.Size] >> (node % Block.Size) & 1) != 0;

    public void Add(int node) => this[node / Block.Size] |= 1UL << (node % Block.Size);

    public void Remove(int node) => this[node / Block.Size] &= ~(1UL << (node % Block.Size));

    public void Clear() => Array.Clear(_masks);
}
