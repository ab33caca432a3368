using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>Tries every set of victims on every node and names the cost of the cheapest, by the rules as docs/preemption.md has them.</summary>
internal static class PreemptionOracle
{
    /// <summary>The cheapest cost, and the nodes that have it; null where no set of victims helps.</summary>
    public static (VictimCost Cost, List<int> Nodes)? Cheapest(
        ClusterWriter cluster, Profile profile, Pod pod, IReadOnlyList<DisruptionBudget> budgets, DateTimeOffset now, Func<GangKey, GangObject?> findGang)
    {
        VictimCost? cheapest = null;
        List<int> nodes = [];
        PodClass podClass = cluster.Classes.Intern(pod.Spec);
        cluster.Publish();
        List<(int Node, Placement Placement)> everybody = Everybody(cluster.Head);
        for (int node = 0; node < cluster.Head.NodeCount; node++)
        {
            Placement[] here = [.. everybody.Where(e => e.Node == node).Select(e => e.Placement)];
            for (int set = 1; set < 1 << here.Length; set++)
            {
                HashSet<Pod> gone = [.. here.Where((_, i) => (set >> i & 1) != 0).Select(p => p.Pod)];
                HashSet<Pod> all = Closed(gone, everybody, findGang);
                if (all.Any(v => v.Priority >= pod.Priority) || !Fits(cluster, profile, podClass, node, here.Where(p => all.Contains(p.Pod))))
                {
                    continue;
                }

                VictimCost cost = CostOf([.. everybody.Where(e => all.Contains(e.Placement.Pod))], budgets, now);
                if (cost.Violations > 0)
                {
                    continue;
                }

                if (cheapest is null || cost < cheapest)
                {
                    (cheapest, nodes) = (cost, []);
                }

                if (cost == cheapest && !nodes.Contains(node))
                {
                    nodes.Add(node);
                }
            }
        }

        return cheapest is null ? null : (cheapest.Value, nodes);
    }

    public static List<(int Node, Placement Placement)> Everybody(ClusterView view)
    {
        List<(int Node, Placement Placement)> all = [];
        for (int b = 0; b < view.Blocks.Length; b++)
        {
            foreach (int lane in new Lanes(view.Blocks[b].Nodes.Present))
            {
                foreach (Placement placement in view.Blocks[b].PlacementsOn(lane))
                {
                    all.Add(((b * Block.Size) + lane, placement));
                }
            }
        }

        return all;
    }

    /// <summary>With all that must go too: whole groups, and gangs that fall below their minimum.</summary>
    private static HashSet<Pod> Closed(HashSet<Pod> gone, List<(int Node, Placement Placement)> everybody, Func<GangKey, GangObject?> findGang)
    {
        HashSet<Pod> closed = [.. gone];
        foreach (GangKey key in gone.Where(p => p.Gang is not null).Select(p => p.Gang!.Gang).Distinct())
        {
            GangGroup group = findGang(key)!.Group;
            Pod[] members = [.. everybody.Select(e => e.Placement.Pod).Where(p => p.Gang?.Gang == key)];
            if (group.Disruption == DisruptionMode.WholeGroup || members.Count(m => !gone.Contains(m)) < group.MinPods)
            {
                closed.UnionWith(members);
            }
        }

        return closed;
    }

    private static bool Fits(ClusterWriter cluster, Profile profile, PodClass podClass, int node, IEnumerable<Placement> gone)
    {
        Draft draft = cluster.Fork();
        foreach (Placement placement in gone)
        {
            draft.Remove(node, placement.Pod);
        }

        return profile.Filter.All(f => f.Filter(new PluginContext(podClass, null, draft, 0), draft.BlockOf(node), 1UL << (node % Block.Size)) != 0);
    }

    private static VictimCost CostOf(List<(int Node, Placement Placement)> victims, IReadOnlyList<DisruptionBudget> budgets, DateTimeOffset now)
    {
        int highest = victims.Max(v => v.Placement.Pod.Priority);
        DateTimeOffset Start(Pod pod) => pod.StartTime ?? now;
        return new VictimCost(
            budgets.Sum(b => Math.Max(0, victims.Count(v => b.Covers(v.Placement.Pod)) - b.DisruptionsAllowed)),
            highest,
            victims.Sum(v => v.Placement.Pod.Priority + (1L << 31)),
            victims.Count,
            victims.Where(v => v.Placement.Pod.Priority == highest).Min(v => Start(v.Placement.Pod)),
            victims.Sum(v => v.Placement.Devices.Count * v.Placement.Class.Devices.Milli * (long)(now - Start(v.Placement.Pod)).TotalMilliseconds));
    }
}
