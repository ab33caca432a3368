using System.Numerics;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <content>What gangs ask: not the best node alone, but all that are feasible.</content>
internal sealed partial class ClassMemo
{
    /// <summary>Another number whenever all was forgotten.</summary>
    public long Epoch { get; private set; }

    /// <summary>Another number whenever scores may be others on nodes that have not changed.</summary>
    public long ScoresEpoch { get; private set; }

    /// <summary>How many pods of the class fit; made when a gang first asks.</summary>
    public ClassCapacity? Capacity { get; set; }

    /// <summary>Lanes that pass all filters, as of the last <see cref="Best"/>.</summary>
    public ulong FeasibleIn(int block) => _entries[block].Feasible;

    /// <summary>Total score of a feasible node, as of the last <see cref="Best"/>.</summary>
    public int ScoreOf(int node) => Total(node);

    /// <summary>The best of some nodes or -1, as of the last <see cref="Best"/>.</summary>
    public int BestAmong(ClusterView view, NodeSet only, out int score)
    {
        int best = -1;
        score = int.MinValue;
        ulong bestTie = 0;
        for (int b = 0; b < _blocks; b++)
        {
            foreach (int lane in new Lanes(_entries[b].Feasible & only[b]))
            {
                int total = Total((b * Block.Size) + lane);
                ulong tie = view.Blocks[b].Nodes.TieKeys[lane];
                if (best < 0 || total > score || (total == score && tie < bestTie))
                {
                    (best, score, bestTie) = ((b * Block.Size) + lane, total, tie);
                }
            }
        }

        return best;
    }

    /// <summary>How many of some nodes are feasible, as of the last <see cref="Best"/>.</summary>
    public int CountAmong(NodeSet only)
    {
        int count = 0;
        for (int b = 0; b < _blocks; b++)
        {
            count += BitOperations.PopCount(_entries[b].Feasible & only[b]);
        }

        return count;
    }
}
