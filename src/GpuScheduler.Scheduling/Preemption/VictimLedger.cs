using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// What a set of victims costs, with all that must go with them: a gang that would fall below its minimum goes whole.
/// </summary>
internal sealed class VictimLedger
{
    private readonly int _priority;
    private readonly Func<Pod, Pod> _latest;
    private readonly DateTimeOffset _now;
    private readonly ClusterView _view;
    private readonly Func<GangKey, GangObject?> _findGang;
    private readonly DisruptionBudget[] _budgets;
    private readonly int[] _taken;
    private readonly Dictionary<Pod, Facts> _facts = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Pod> _counted = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<GroupStanding, int> _lost = [];
    private GangStandings? _gangs;

    /// <param name="view">The state before anybody goes.</param>
    /// <param name="priority">Of the pod or gang that wants room: only what is below it may go.</param>
    /// <param name="budgets">What evictions are allowed.</param>
    /// <param name="latest">What is known of a placed pod by now.</param>
    /// <param name="now">The time.</param>
    /// <param name="findGang">The object that states a gang; null: none is known.</param>
    public VictimLedger(
        ClusterView view, int priority, IEnumerable<DisruptionBudget> budgets, Func<Pod, Pod> latest, DateTimeOffset now, Func<GangKey, GangObject?> findGang)
    {
        _view = view;
        _priority = priority;
        _budgets = [.. budgets];
        _taken = new int[_budgets.Length];
        _latest = latest;
        _now = now;
        _findGang = findGang;
    }

    private GangStandings Gangs => _gangs ??= new GangStandings(_view, _findGang);

    /// <summary>True where the pod is on its way out.</summary>
    public bool IsLeaving(Pod pod) => FactsOf(pod).IsLeaving;

    /// <summary>What goes at once with a pod; null where that may not be evicted.</summary>
    public VictimUnit? UnitOf(int node, in Placement placement)
    {
        GroupStanding[] groups = placement.Pod.Gang is null ? [] : Gangs.GroupsOf(placement.Pod);
        if (groups.LastOrDefault(g => g.Group.Disruption == DisruptionMode.WholeGroup) is not { } whole)
        {
            return placement.Pod.Priority < _priority ? Unit(node, [new Victim(node, placement)]) : null;
        }

        return whole.Members.All(m => m.Pod.Priority < _priority) ? Unit(node, [.. whole.Members]) : null;
    }

    /// <summary>The cost of evicting some units.</summary>
    /// <param name="units">They.</param>
    /// <param name="into">Gets every pod that goes, units and what must go with them, each once; null: nobody asks.</param>
    /// <returns>Null where something would have to go that may not.</returns>
    public VictimCost? CostOf(List<VictimUnit> units, List<Victim>? into = null)
    {
        if (units.Count == 0)
        {
            return VictimCost.None;
        }

        _counted.Clear();
        Array.Clear(_taken);
        VictimCost cost = VictimCost.None;
        foreach (VictimUnit unit in units)
        {
            foreach (Victim victim in unit.All)
            {
                Count(victim, ref cost, into);
            }
        }

        if (_gangs is not null && !CountBroken(units, ref cost, into))
        {
            return null;
        }

        return cost;
    }

    /// <summary>Order in which units are reprieved: those that budgets protect first, each in order of importance.</summary>
    public List<VictimUnit> InOrder(List<VictimUnit> units)
    {
        units.Sort(VictimUnit.CompareImportance);
        if (_budgets.Length == 0)
        {
            return units;
        }

        Array.Clear(_taken);
        ILookup<bool, VictimUnit> byProtection = units.ToLookup(u => u.All.Sum(v => Take(FactsOf(v.Pod))) > 0);
        return [.. byProtection[true], .. byProtection[false]];
    }

    private VictimUnit Unit(int node, ImmutableArray<Victim> all) => new(
        [.. all.Where(v => v.Node == node)], all, all.Max(v => v.Pod.Priority), all.Min(v => FactsOf(v.Pod).Start));

    /// <summary>Counts gangs that fall below a minimum whole.</summary>
    private bool CountBroken(List<VictimUnit> units, ref VictimCost cost, List<Victim>? into)
    {
        _lost.Clear();
        foreach (Victim victim in units.SelectMany(u => u.All))
        {
            foreach (GroupStanding group in Gangs.GroupsOf(victim.Pod))
            {
                _lost[group] = _lost.GetValueOrDefault(group) + 1;
            }
        }

        foreach (GroupStanding[] groups in units.Select(u => Gangs.GroupsOf(u.All[0].Pod)))
        {
            if (!groups.Any(g => !g.CanLose(_lost[g])))
            {
                continue;
            }

            foreach (Victim member in groups[^1].Members)
            {
                if (member.Pod.Priority >= _priority)
                {
                    return false;
                }

                Count(member, ref cost, into);
            }
        }

        return true;
    }

    private void Count(Victim victim, ref VictimCost cost, List<Victim>? into)
    {
        if (!_counted.Add(victim.Pod))
        {
            return;
        }

        Facts facts = FactsOf(victim.Pod);
        into?.Add(facts.IsLeaving ? victim with { IsLeaving = true } : victim);
        if (facts.IsLeaving)
        {
            return;
        }

        int priority = victim.Pod.Priority;
        DateTimeOffset start = priority > cost.HighestPriority || (priority == cost.HighestPriority && facts.Start < cost.EarliestStart) ? facts.Start : cost.EarliestStart;
        cost = new VictimCost(
            cost.Violations + Take(facts), Math.Max(cost.HighestPriority, priority), cost.PrioritySum + priority - (long)int.MinValue, cost.Count + 1, start,
            cost.GpuTime + (MilliOf(victim) * Math.Max(0, (long)(_now - facts.Start).TotalMilliseconds)));
    }

    /// <summary>Takes an eviction from the pod's budgets; answers how many of them that exceeds.</summary>
    private int Take(Facts facts)
    {
        int exceeded = 0;
        foreach (int budget in facts.Budgets)
        {
            exceeded += ++_taken[budget] > _budgets[budget].DisruptionsAllowed ? 1 : 0;
        }

        return exceeded;
    }

    private long MilliOf(Victim victim)
    {
        long milli = 0;
        DeviceShape shape = _view.NodeAt(victim.Node).Shape;
        foreach (int device in new Lanes(victim.Placement.Devices.Bits))
        {
            milli += victim.Placement.Class.Devices.TryShareOf(shape.Devices[device], out DeviceShare share) ? share.Milli : 0;
        }

        return milli;
    }

    private Facts FactsOf(Pod pod)
    {
        if (!_facts.TryGetValue(pod, out Facts? facts))
        {
            Pod latest = _latest(pod);
            int[] budgets = [.. Enumerable.Range(0, _budgets.Length).Where(b => _budgets[b].Covers(pod))];
            _facts.Add(pod, facts = new Facts(latest.StartTime ?? _now, latest.DeletionTimestamp is not null, budgets));
        }

        return facts;
    }

    /// <param name="Start">When it began to run; now, where it has not.</param>
    /// <param name="IsLeaving">It is on its way out.</param>
    /// <param name="Budgets">Numbers of the budgets that cover it.</param>
    private sealed record Facts(DateTimeOffset Start, bool IsLeaving, int[] Budgets);
}
