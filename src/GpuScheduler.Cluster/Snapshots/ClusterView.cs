namespace GpuScheduler.Cluster;

/// <summary>
/// What a snapshot and a draft have in common for a reader: blocks, and what is known across them.
/// A node's index is block * 64 + lane.
/// </summary>
public abstract class ClusterView
{
    private protected ClusterView(Vocabulary vocabulary) => Vocabulary = vocabulary;

    public Vocabulary Vocabulary { get; }

    public abstract ReadOnlySpan<Block> Blocks { get; }

    /// <summary>The <see cref="Block.Stamp"/> of each block, side by side, so that finding what changed is one scan.</summary>
    public abstract ReadOnlySpan<long> Stamps { get; }

    /// <summary>
    /// What changed lately; null where nobody keeps it. A state that has the log that another had, and more in it, follows from that other one: a node changed
    /// between exactly where the log names it, or where the chain of its block is another.
    /// </summary>
    public virtual ChangeLog? Log => null;

    public abstract NodeDirectory Directory { get; }

    public abstract ImageSpread Images { get; }

    /// <summary>How many nodes there are.</summary>
    public int NodeCount => Directory.Count;

    /// <summary>The block that holds a node.</summary>
    public Block BlockOf(int node) => Blocks[node / Block.Size];

    /// <summary>The node with this index, as its API object states it.</summary>
    public Node NodeAt(int node) => BlockOf(node).Nodes[node % Block.Size];

    /// <summary>Checks every block (see <see cref="Block.AssertInvariants"/>), and the directory against them.</summary>
    /// <exception cref="InvalidOperationException">An invariant is broken.</exception>
    public void AssertInvariants()
    {
        int nodes = 0;
        for (int i = 0; i < Blocks.Length; i++)
        {
            Blocks[i].AssertInvariants();
            if (Stamps[i] != Blocks[i].Stamp)
            {
                throw new InvalidOperationException($"block {i} has stamp {Blocks[i].Stamp}, noted as {Stamps[i]}");
            }

            foreach (int lane in new Lanes(Blocks[i].Nodes.Present))
            {
                nodes++;
                string name = Blocks[i].Nodes[lane].Name;
                if (!Directory.TryFind(name, out int node) || node != (i * Block.Size) + lane)
                {
                    throw new InvalidOperationException($"the directory does not find node {name} at {(i * Block.Size) + lane}");
                }
            }
        }

        if (nodes != NodeCount)
        {
            throw new InvalidOperationException($"the directory knows {NodeCount} nodes, the blocks hold {nodes}");
        }
    }
}
