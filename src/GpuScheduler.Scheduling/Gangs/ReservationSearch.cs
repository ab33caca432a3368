using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Finds where a gang will fit soonest. Nodes are emptied in thought, those first where the least has to end: the earliest known end, then the least device
/// compute held. The fewest of them after which the gang has a placement tell which nodes it needs. More emptied nodes never take a placement away, so a binary search finds them.
/// </summary>
internal sealed class ReservationSearch(ClusterWriter cluster, GangPlacer placer, Func<Pod, DateTimeOffset?> endOf)
{
    private readonly Draft _trial = Fork(cluster);

    /// <summary>
    /// The nodes, or null where the gang has no place even in the empty cluster, or none was found within the placer's limit. A gang that has nodes keeps them unless others will
    /// be free sooner now: nobody knows which nodes come free first, so that whatever does is held, and the gang is not made to wait for the last of those that it was given.
    /// </summary>
    /// <param name="gang">The gang.</param>
    /// <param name="mine">What is reserved for it already; null: nothing.</param>
    /// <param name="attempt">Number of the attempt.</param>
    /// <param name="now">The time.</param>
    public GangReservation? Find(GangUnit gang, GangReservation? mine, long attempt, DateTimeOffset now)
    {
        List<Load> loads = Loads(gang);
        HashSet<int>? nodes = FindNodes(gang, loads, attempt, out int emptied);
        if (mine is not null)
        {
            NodeSet kept = mine.NodesIn(cluster.Working);
            if ((nodes is null || WaitFor(loads, kept.Contains).CompareTo(WaitFor(loads, nodes.Contains)) <= 0) && Holds(gang, kept, loads, attempt))
            {
                return mine;
            }
        }

        if (nodes is null)
        {
            return null;
        }

        DateTimeOffset end = WaitFor(loads[..emptied], nodes.Contains).End;
        ImmutableArray<string> names = [.. nodes.Order().Select(n => cluster.Working.NodeAt(n).Name)];

        // Another choice of nodes does not prolong the reservation.
        return new GangReservation(gang, names, mine?.Since ?? now, end == DateTimeOffset.MaxValue ? null : end > now ? end : now);
    }

    /// <summary>The nodes that the gang takes once the fewest of those that are in use, in their order, are empty.</summary>
    private HashSet<int>? FindNodes(GangUnit gang, List<Load> loads, long attempt, out int works)
    {
        works = loads.Count;
        if (Try(gang, loads, loads.Count, attempt, null) is not { } nodes)
        {
            return null;
        }

        int fails = 0;
        while (works - fails > 1)
        {
            int middle = (fails + works) / 2;
            if (Try(gang, loads, middle, attempt, null) is { } fewer)
            {
                (works, nodes) = (middle, fewer);
            }
            else
            {
                fails = middle;
            }
        }

        return nodes;
    }

    /// <summary>True where the gang still fits into its nodes once they are empty.</summary>
    private bool Holds(GangUnit gang, NodeSet nodes, List<Load> loads, long attempt)
    {
        List<Load> mine = [.. loads.Where(l => nodes.Contains(l.Node))];
        return Try(gang, mine, mine.Count, attempt, nodes) is not null;
    }

    /// <summary>What some nodes have to wait for: until when, as far as that is known, and how much device compute is held.</summary>
    private static (DateTimeOffset End, long HeldMilli) WaitFor(List<Load> loads, Func<int, bool> isOne)
    {
        (DateTimeOffset end, long held) = (DateTimeOffset.MinValue, 0);
        foreach (Load load in loads)
        {
            if (isOne(load.Node))
            {
                end = load.End > end ? load.End : end;
                held += load.HeldMilli;
            }
        }

        return (end, held);
    }

    private static Draft Fork(ClusterWriter cluster)
    {
        cluster.Publish();
        return cluster.Fork();
    }

    /// <summary>Places the gang with the first <paramref name="emptied"/> nodes empty; the nodes that it takes.</summary>
    private HashSet<int>? Try(GangUnit gang, List<Load> loads, int emptied, long attempt, NodeSet? only)
    {
        _trial.Reset(cluster.Head);
        for (int i = 0; i < emptied; i++)
        {
            foreach (Pod pod in loads[i].Pods)
            {
                _trial.Remove(loads[i].Node, pod);
            }
        }

        GangPlacement placement = placer.Place(gang.Unit(_trial.Directory), _trial, attempt, only);
        return placement.Outcome == GangOutcome.Placed ? [.. placement.Members.Select(m => m.Node)] : null;
    }

    private List<Load> Loads(GangUnit gang)
    {
        List<Load> loads = [];
        ReadOnlySpan<Block> blocks = cluster.Working.Blocks;
        for (int b = 0; b < blocks.Length; b++)
        {
            foreach (int lane in new Lanes(blocks[b].Nodes.Present))
            {
                List<Pod> pods = [];
                DateTimeOffset end = DateTimeOffset.MinValue;
                foreach (Placement placement in blocks[b].PlacementsOn(lane))
                {
                    if (placement.Pod.Gang is null || !gang.Has(placement.Pod))
                    {
                        pods.Add(placement.Pod);
                        DateTimeOffset ends = endOf(placement.Pod) ?? DateTimeOffset.MaxValue;
                        end = ends > end ? ends : end;
                    }
                }

                if (pods.Count > 0)
                {
                    loads.Add(new Load((b * Block.Size) + lane, pods, end, blocks[b].Nodes.Shape(lane).TotalMilli - blocks[b].TotalFree[lane]));
                }
            }
        }

        loads.Sort(static (x, y) => (x.End, x.HeldMilli, x.Pods.Count, x.Node).CompareTo((y.End, y.HeldMilli, y.Pods.Count, y.Node)));
        return loads;
    }

    /// <summary>A node that somebody is on.</summary>
    /// <param name="Node">Its index.</param>
    /// <param name="Pods">Who.</param>
    /// <param name="End">When the last of them ends at the latest; the end of time where that is not known.</param>
    /// <param name="HeldMilli">Device compute that they hold.</param>
    private readonly record struct Load(int Node, List<Pod> Pods, DateTimeOffset End, long HeldMilli);
}
