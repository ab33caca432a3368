using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>Makes room under one profile: who may have it made, whom it costs the place, and what follows (docs/preemption.md).</summary>
internal sealed class Preemption(
    ClusterWriter cluster, Evaluator evaluator, Nominations nominations, DisruptionBudgets budgets, IEvictions evictions, TimeProvider time, Func<GangKey, GangObject?> findGang)
{
    private readonly LowestPriorities _lowest = new();
    private readonly HashSet<Pod> _leaving = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _leavingUids = new(StringComparer.Ordinal);
    private Draft? _draft;

    /// <summary>Makes room for a pod that fits nowhere. What is held for pods of lower priority is lifted already.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="podClass">Its class.</param>
    /// <param name="args">The profile's arguments.</param>
    /// <param name="rejections">Why it fits nowhere.</param>
    /// <param name="barred">Nodes that it may not go to, whoever is evicted there; null: none.</param>
    /// <param name="attempt">Number of the attempt.</param>
    /// <param name="plan">Who goes, and for whom.</param>
    public PostFilterResult MakeRoom(Pod pod, PodClass podClass, PreemptionArgs args, Rejections rejections, NodeSet? barred, long attempt, out PreemptionPlan? plan)
    {
        plan = null;
        if (pod.PreemptionPolicy == PreemptionPolicy.Never)
        {
            return Refuse("preemption: not eligible due to preemptionPolicy=Never.");
        }

        if (nominations.WaitsForVictims(pod))
        {
            return Refuse("preemption: not eligible due to a terminating pod on the nominated node.");
        }

        cluster.Publish();
        ReadOnlySpan<int> lowest = _lowest.Of(cluster.Head);
        if (!HasLower(lowest, pod.Priority))
        {
            nominations.Remove(pod);
            return Refuse(PreemptionSearch.ExplainNoVictims(cluster.Head.NodeCount, rejections));
        }

        NoteLeaving();
        Draft draft = TrialState();
        Dictionary<int, List<Victim>> leaving = nominations.Foresee(draft);
        VictimLedger ledger = new(draft, pod.Priority, budgets.All, Latest, time.GetUtcNow(), findGang);
        PreemptionSearch search = new(evaluator, podClass, draft, ledger, leaving, pod.Priority, args.BeyondBudgets, barred, attempt);
        if (search.Find(lowest) is not { } found)
        {
            nominations.Remove(pod);
            return Refuse(search.Explain());
        }

        string node = draft.NodeAt(found.Node).Name;
        Nominee nominee = new(pod, podClass, found.Node, node, search.DevicesWithout(found.Node, found.Victims));
        PreemptionPlan planned = new([nominee], [.. found.Victims], found.Cost);
        if (!nominations.WillHold(planned))
        {
            nominations.Remove(pod);
            return Refuse(search.Explain());
        }

        plan = planned;
        Carry(plan, args);
        int victims = plan.ToEvict.Count();
        return new PostFilterResult(
            Status.Success with { Reason = FormattableString.Invariant($"preemption: found a potential placement for pod on node {node}, preempting {victims} victims.") }, node);
    }

    /// <summary>Makes room for a gang that fits nowhere. What is held for its own pods and for pods of lower priority is lifted already.</summary>
    /// <param name="root">The gang.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="mayPreempt">False where it may evict nobody.</param>
    /// <param name="placer">Finds places for gangs.</param>
    /// <param name="levels">Levels of domains.</param>
    /// <param name="allowed">The nodes that it may use; null: all.</param>
    /// <param name="args">The profile's arguments.</param>
    /// <param name="attempt">Number of the attempt.</param>
    /// <param name="plan">Who goes, and for whom.</param>
    public PostFilterResult MakeRoom(
        GroupUnit root, int priority, bool mayPreempt, GangPlacer placer, TopologyLevels levels, NodeSet? allowed, PreemptionArgs args, long attempt, out PreemptionPlan? plan)
    {
        plan = null;
        if (!mayPreempt)
        {
            return Refuse("preemption: not eligible due to preemptionPolicy=Never.");
        }

        if (root.AllMembers.Any(m => nominations.WaitsForVictims(m.Pod)))
        {
            return Refuse("preemption: not eligible due to a terminating pod on the nominated node.");
        }

        cluster.Publish();
        if (!HasLower(_lowest.Of(cluster.Head), priority))
        {
            RemoveAll(root);
            return Refuse("preemption: no pod has a lower priority.");
        }

        NoteLeaving();
        Draft draft = TrialState();
        Dictionary<int, List<Victim>> leaving = nominations.Foresee(draft);
        VictimLedger ledger = new(draft, priority, budgets.All, Latest, time.GetUtcNow(), findGang);
        plan = new GangPreemptionSearch(evaluator, placer, levels, draft, ledger, leaving, priority, args.BeyondBudgets, attempt).Find(root, allowed);
        if (plan is null || !nominations.WillHold(plan))
        {
            plan = null;
            RemoveAll(root);
            return Refuse(FormattableString.Invariant($"preemption: in none of the domains tried (at most {GangPreemptionSearch.MaxDomains}) would evictions make room."));
        }

        Carry(plan, args);
        return new PostFilterResult(
            Status.Success with { Reason = FormattableString.Invariant($"preemption: found a potential placement for {plan.Nominees.Length} pods, preempting {plan.ToEvict.Count()} victims.") });
    }

    private static bool HasLower(ReadOnlySpan<int> lowest, int priority) => priority > int.MinValue && lowest.ContainsAnyInRange(int.MinValue, priority - 1);

    private static PostFilterResult Refuse(string message) => new(Status.Unschedulable(message));

    /// <summary>Room that is held for a gang which it cannot use, and beside which none can be made, is for others.</summary>
    private void RemoveAll(GroupUnit root)
    {
        foreach (GangMember member in root.AllMembers)
        {
            nominations.Remove(member.Pod);
        }
    }

    /// <summary>Room is held only beside victims that were told to go.</summary>
    private void Carry(PreemptionPlan plan, PreemptionArgs args)
    {
        if (plan.ToEvict.Any())
        {
            foreach (Victim victim in plan.ToEvict)
            {
                budgets.Take(victim.Pod);
            }

            evictions.Evict(plan, args.BeyondBudgets);
        }

        foreach (Nominee nominee in plan.Nominees)
        {
            nominations.Add(nominee, [.. plan.VictimsOn(nominee.Node)]);
        }

        nominations.Refresh();
    }

    /// <summary>A victim whose eviction is under way leaves, whether or not the API shows that yet.</summary>
    private Pod Latest(Pod placed)
    {
        Pod latest = evictions.Latest(placed);
        bool isLeaving = _leaving.Contains(placed) || (placed.Uid.Length > 0 && _leavingUids.Contains(placed.Uid));
        return isLeaving && latest.DeletionTimestamp is null ? latest with { DeletionTimestamp = time.GetUtcNow() } : latest;
    }

    private void NoteLeaving()
    {
        _leaving.Clear();
        _leavingUids.Clear();
        foreach (Pod victim in nominations.Victims)
        {
            _leaving.Add(victim);
            _leavingUids.Add(victim.Uid);
        }
    }

    private Draft TrialState()
    {
        if (_draft is null)
        {
            return _draft = cluster.Fork();
        }

        _draft.Reset(cluster.Head);
        return _draft;
    }
}
