using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Chooses whom to evict for a gang that fits nowhere: domain by domain, the narrowest level first, everything is removed that may go, the gang is placed, and what need not go
/// is put back in order of importance (as KEP-5710 does for the whole cluster). The cheapest domain of the first level at which one helps is taken. Pure: the draft is left as it was.
/// </summary>
internal sealed class GangPreemptionSearch(
    Evaluator evaluator, GangPlacer placer, TopologyLevels levels, Draft draft, VictimLedger ledger, Dictionary<int, List<Victim>> leaving, int priority, bool beyondBudgets, long attempt)
{
    /// <summary>Domains that are tried, at most; those of a narrower level and smaller ones first.</summary>
    internal const int MaxDomains = 64;

    private int _tried;

    /// <summary>Who goes where and whom that costs; null: no domain was found that helps.</summary>
    /// <param name="root">The gang.</param>
    /// <param name="allowed">The nodes that it may use; null: all.</param>
    public PreemptionPlan? Find(GroupUnit root, NodeSet? allowed)
    {
        int broadest = root.Group.RequiredLevel is { } required ? Math.Max(0, levels.IndexOf(required)) : -1;
        for (int level = levels.Keys.Length - 1; level >= broadest && _tried < MaxDomains; level--)
        {
            PreemptionPlan? best = null;
            foreach (NodeSet domain in DomainsOf(level, allowed).Where(d => MayHold(root, d)).OrderBy(d => d.Count))
            {
                if (_tried++ >= MaxDomains)
                {
                    break;
                }

                if (Try(root, domain) is { } plan && (best is null || plan.Cost < best.Cost))
                {
                    best = plan;
                }
            }

            if (best is not null)
            {
                return best;
            }
        }

        return null;
    }

    private static long MilliOf(PodClass podClass) => (long)podClass.Devices.Count * Math.Max(1, podClass.Devices.Milli);

    /// <summary>The domains of a level in order of name; level -1: the cluster.</summary>
    private SortedDictionary<string, NodeSet>.ValueCollection DomainsOf(int level, NodeSet? allowed)
    {
        SortedDictionary<string, NodeSet> domains = new(StringComparer.Ordinal);
        for (int b = 0; b < draft.Blocks.Length; b++)
        {
            foreach (int lane in new Lanes(draft.Blocks[b].Nodes.Present & (allowed?[b] ?? ulong.MaxValue)))
            {
                if (PathOf(draft.Blocks[b].Nodes[lane], level) is { } path)
                {
                    (domains.TryGetValue(path, out NodeSet? domain) ? domain : domains[path] = new NodeSet()).Add((b * Block.Size) + lane);
                }
            }
        }

        return domains.Values;
    }

    private string? PathOf(Node node, int level)
    {
        if (level < 0)
        {
            return "";
        }

        string key = levels.Keys[level];
        string? own = key == TopologyLevels.Hostname ? node.Name : node.Labels.GetValueOrDefault(key);
        return own is null ? null : string.Join('/', levels.Keys.Take(level).Select(k => node.Labels.GetValueOrDefault(k, ""))) + "/" + own;
    }

    /// <summary>False where the domain would be too small if it were empty, or has nobody to evict.</summary>
    private bool MayHold(GroupUnit root, NodeSet domain)
    {
        GangMember[] waiting = [.. root.AllMembers.Where(m => !m.IsPlaced)];
        int needed = Math.Max(1, root.Group.MinPods - root.AllMembers.Count(m => m.IsPlaced));
        long milli = waiting.Select(m => MilliOf(m.Class)).Order().Take(needed).Sum();
        bool hasLower = false;
        foreach (int node in NodesOf(domain))
        {
            milli -= draft.NodeAt(node).Shape.TotalMilli;
            foreach (Placement placement in draft.BlockOf(node).PlacementsOn(node % Block.Size))
            {
                hasLower |= placement.Pod.Priority < priority;
            }
        }

        return milli <= 0 && hasLower;
    }

    private PreemptionPlan? Try(GroupUnit root, NodeSet domain)
    {
        int mark = draft.Mark();
        List<VictimUnit> units = UnitsOf(domain);
        Dictionary<int, NodeTrial> trials = [];
        foreach (IGrouping<int, Victim> there in units.SelectMany(u => u.All).GroupBy(v => v.Node))
        {
            trials.Add(there.Key, new NodeTrial(draft, there.Key));
            trials[there.Key].Take(there.Select(v => v.Pod));
        }

        GangPlacement placement = placer.Place(root, draft, attempt, domain);
        PreemptionPlan? plan = placement.Outcome == GangOutcome.Placed ? Reprieve(units, trials, [.. placement.Members.Where(m => !m.Member.IsPlaced)]) : null;
        draft.RollBack(mark);
        return plan;
    }

    private List<VictimUnit> UnitsOf(NodeSet domain)
    {
        List<VictimUnit> units = [];
        HashSet<Pod> seen = new(ReferenceEqualityComparer.Instance);
        foreach (int node in NodesOf(domain))
        {
            foreach (Placement placement in draft.BlockOf(node).PlacementsOn(node % Block.Size))
            {
                if (!seen.Contains(placement.Pod) && ledger.UnitOf(node, placement) is { } unit)
                {
                    seen.UnionWith(unit.All.Select(v => v.Pod));
                    units.Add(unit);
                }
            }
        }

        return units;
    }

    private PreemptionPlan? Reprieve(List<VictimUnit> units, Dictionary<int, NodeTrial> trials, ImmutableArray<MemberPlacement> members)
    {
        ILookup<int, GangMember> byNode = members.ToLookup(m => m.Node, m => m.Member);
        List<VictimUnit> evicted = [];
        foreach (VictimUnit unit in ledger.InOrder(units))
        {
            int mark = draft.Mark();
            if (unit.All.All(v => ledger.IsLeaving(v.Pod)) || !TryKeep(unit, trials, byNode))
            {
                draft.RollBack(mark);
                evicted.Add(unit);
            }
        }

        List<Victim> victims = [];
        if (ledger.CostOf(evicted, victims) is not { } cost || (cost.Violations > 0 && !beyondBudgets))
        {
            return null;
        }

        foreach (int node in byNode.Select(n => n.Key))
        {
            victims.AddRange(leaving.GetValueOrDefault(node) ?? []);
        }

        victims.Sort(static (a, b) => b.Pod.Priority.CompareTo(a.Pod.Priority));
        return new PreemptionPlan([.. members.Select(m => new Nominee(m.Member.Pod, m.Member.Class, m.Node, draft.NodeAt(m.Node).Name, DevicesOf(m)))], [.. victims], cost);
    }

    /// <summary>Puts a unit back, and the gang's pods of its nodes beside it with whatever devices are free then.</summary>
    private bool TryKeep(VictimUnit unit, Dictionary<int, NodeTrial> trials, ILookup<int, GangMember> byNode)
    {
        (int Node, GangMember Member)[] moved = [.. unit.All.Select(v => v.Node).Distinct().SelectMany(n => byNode[n].Select(m => (n, m)))];
        foreach ((int node, GangMember member) in moved)
        {
            draft.Remove(node, member.Pod);
        }

        foreach (IGrouping<int, Victim> there in unit.All.GroupBy(v => v.Node))
        {
            if (!trials[there.Key].PutBack([.. there]))
            {
                return false;
            }
        }

        foreach ((int node, GangMember member) in moved)
        {
            if (!evaluator.Fits(member.Class, draft, node, attempt))
            {
                return false;
            }

            draft.Place(node, member.Pod, member.Class, evaluator.ChooseDevices(member.Class, draft, node, attempt));
        }

        return !unit.All.Any(v => ExclusiveTopology.Concerns(v.Pod)) || byNode.All(n => n.All(m => placer.BarsOf(m.Pod, draft)?.Nodes.Contains(n.Key) != true));
    }

    private DeviceSet DevicesOf(MemberPlacement member)
    {
        foreach (Placement placement in draft.BlockOf(member.Node).PlacementsOn(member.Node % Block.Size))
        {
            if (ReferenceEquals(placement.Pod, member.Member.Pod))
            {
                return placement.Devices;
            }
        }

        return member.Devices;
    }

    private List<int> NodesOf(NodeSet domain)
    {
        List<int> nodes = [];
        for (int b = 0; b < draft.Blocks.Length; b++)
        {
            foreach (int lane in new Lanes(domain[b]))
            {
                nodes.Add((b * Block.Size) + lane);
            }
        }

        return nodes;
    }
}
