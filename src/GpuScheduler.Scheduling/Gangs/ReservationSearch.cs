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

    /// <summary>The nodes, or null where the gang has no place even in the empty cluster, or none was found within the placer's limit.</summary>
    public GangReservation? Find(GangUnit gang, long attempt, DateTimeOffset now)
    {
        List<Load> loads = Loads(gang);
        if (Try(gang, loads, loads.Count, attempt, null) is not { } nodes)
        {
            return null;
        }

        int fails = 0, works = loads.Count;
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

        DateTimeOffset readyAt = now;
        foreach (Load load in loads.Take(works).Where(l => nodes.Contains(l.Node)))
        {
            readyAt = load.End > readyAt ? load.End : readyAt;
        }

        ImmutableArray<string> names = [.. nodes.Order().Select(n => cluster.Working.NodeAt(n).Name)];
        return new GangReservation(gang, names, now, readyAt == DateTimeOffset.MaxValue ? null : readyAt);
    }

    /// <summary>True where the gang still fits into the nodes of its reservation once they are empty.</summary>
    public bool Holds(GangReservation reservation, long attempt)
    {
        NodeSet nodes = reservation.NodesIn(cluster.Working);
        List<Load> loads = [.. Loads(reservation.Gang).Where(l => nodes.Contains(l.Node))];
        return Try(reservation.Gang, loads, loads.Count, attempt, nodes) is not null;
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
