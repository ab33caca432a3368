using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Chooses whom to evict for a pod that fits nowhere, by kube-scheduler's rules (DefaultPreemption), over all nodes. Pure: it works on a draft and leaves it as it was.
/// docs/preemption.md has the order of choice.
/// </summary>
/// <param name="evaluator">Knows the profile's filters.</param>
/// <param name="podClass">What the pod asks.</param>
/// <param name="draft">The state as it will be once what is held for others is free.</param>
/// <param name="ledger">Says who may go and what it costs.</param>
/// <param name="leaving">Victims of others, by node: gone from the draft, and still to be waited for.</param>
/// <param name="priority">Of the pod.</param>
/// <param name="beyondBudgets">Victims that budgets protect may go.</param>
/// <param name="barred">Nodes that the pod may not go to, whoever is evicted there; null: none.</param>
/// <param name="attempt">Number of the attempt.</param>
internal sealed class PreemptionSearch(
    Evaluator evaluator, PodClass podClass, Draft draft, VictimLedger ledger, Dictionary<int, List<Victim>> leaving, int priority, bool beyondBudgets, NodeSet? barred, long attempt)
{
    /// <summary>States of one node that are tried beyond the first answers, at most.</summary>
    internal const int TriesPerNode = 4096;

    /// <summary>The same over all nodes; nodes that come off cheapest by the first answers go first.</summary>
    internal const int TriesInAll = 20_000;

    private const string NoVictims = "No preemption victims found for incoming pod";
    private const string NotHelpful = "Preemption is not helpful for scheduling";
    private const string Protected = "node(s) had preemption victims that a PodDisruptionBudget protects";

    private readonly HashSet<int> _protected = [];

    /// <summary>The best node and its victims; null: preemption does not help.</summary>
    /// <param name="lowest">The lowest priority placed in each block: where that is not below the pod's, nobody need look.</param>
    public (int Node, List<Victim> Victims, VictimCost Cost)? Find(ReadOnlySpan<int> lowest)
    {
        if (leaving.Keys.Where(n => barred?.Contains(n) != true && evaluator.Fits(podClass, draft, n, attempt)).OrderBy(TieKeyOf).Select(n => (int?)n).FirstOrDefault() is { } free)
        {
            return (free, leaving[free], VictimCost.None);
        }

        List<(int Node, VictimCost? Cost, List<VictimUnit>? Units)> candidates = [];
        VictimCost? bound = null;
        for (int b = 0; b < draft.Blocks.Length; b++)
        {
            if (lowest[b] >= priority)
            {
                continue;
            }

            foreach (int lane in new Lanes(evaluator.MayFit(podClass, draft, b, attempt) & ~(barred?[b] ?? 0)))
            {
                int node = (b * Block.Size) + lane;
                if (HasLower(node) && Try(node, s => s.FindFirst(podClass.Devices)) is { } search)
                {
                    candidates.Add((node, search.Best is null ? null : search.BestCost, search.Best));
                    bound = search.Best is not null && (bound is null || search.BestCost < bound) ? search.BestCost : bound;
                }
            }
        }

        int triesLeft = TriesInAll;
        foreach (int i in Enumerable.Range(0, candidates.Count).OrderBy(i => candidates[i].Cost is null).ThenBy(i => candidates[i].Cost).ToArray())
        {
            if (triesLeft <= 0)
            {
                break;
            }

            int tries = Math.Min(triesLeft, TriesPerNode), left = 0;
            NodeVictims search = Try(candidates[i].Node, s => left = s.Improve(bound, tries))!;
            triesLeft -= tries - left;
            if (search.Best is not null && (candidates[i].Cost is not { } before || search.BestCost < before))
            {
                candidates[i] = (candidates[i].Node, search.BestCost, search.Best);
                bound = bound is null || search.BestCost < bound ? search.BestCost : bound;
            }
        }

        return candidates.Where(c => c.Units is not null)
            .OrderBy(c => c.Cost).ThenBy(c => TieKeyOf(c.Node)).Select(Complete).FirstOrDefault();
    }

    /// <summary>The devices that the pod could have on a node without these victims.</summary>
    public DeviceSet DevicesWithout(int node, List<Victim> victims)
    {
        int mark = draft.Mark();
        new NodeTrial(draft, node).Take(victims.Where(v => v.Node == node).Select(v => v.Pod));
        DeviceSet devices = evaluator.ChooseDevices(podClass, draft, node, attempt);
        draft.RollBack(mark);
        return devices;
    }

    /// <summary>Why preemption does not help, in kube-scheduler's words.</summary>
    public string Explain()
    {
        SortedDictionary<string, int> reasons = new(StringComparer.Ordinal);
        for (int b = 0; b < draft.Blocks.Length; b++)
        {
            foreach (int lane in new Lanes(draft.Blocks[b].Nodes.Present))
            {
                foreach (string reason in ReasonsOf((b * Block.Size) + lane))
                {
                    reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
                }
            }
        }

        return Sentence(draft.NodeCount, reasons);
    }

    /// <summary>The same where no node has anybody of lower priority.</summary>
    public static string ExplainNoVictims(int nodes, Rejections rejections)
    {
        SortedDictionary<string, int> reasons = new(StringComparer.Ordinal);
        if (nodes > rejections.Unresolvable)
        {
            reasons[NoVictims] = nodes - rejections.Unresolvable;
        }

        if (rejections.Unresolvable > 0)
        {
            reasons[NotHelpful] = rejections.Unresolvable;
        }

        return Sentence(nodes, reasons);
    }

    private static string Sentence(int nodes, SortedDictionary<string, int> reasons) => string.Create(
        CultureInfo.InvariantCulture,
        $"preemption: 0/{nodes} nodes are available: {string.Join(", ", reasons.Select(r => $"{r.Value.ToString(CultureInfo.InvariantCulture)} {r.Key}").Order(StringComparer.Ordinal))}.");

    private IEnumerable<string> ReasonsOf(int node)
    {
        Rejections now = evaluator.ExplainNode(podClass, draft, node, attempt);
        if (now.Unresolvable > 0 || barred?.Contains(node) == true)
        {
            return [NotHelpful];
        }

        if (_protected.Contains(node))
        {
            return [Protected];
        }

        int mark = draft.Mark();
        NodeVictims search = new(draft, node, ledger, static () => false, beyondBudgets);
        if (!search.HasVictims)
        {
            return [NoVictims];
        }

        search.RemoveAll();
        Rejections then = evaluator.ExplainNode(podClass, draft, node, attempt);
        draft.RollBack(mark);
        return then.Reasons.Keys;
    }

    private ulong TieKeyOf(int node) => draft.BlockOf(node).Nodes.TieKeys[node % Block.Size];

    private bool HasLower(int node)
    {
        foreach (Placement placement in draft.BlockOf(node).PlacementsOn(node % Block.Size))
        {
            if (placement.Pod.Priority < priority)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes all off a node that may go and, if the pod fits then, searches; null where it does not.</summary>
    private NodeVictims? Try(int node, Action<NodeVictims> search)
    {
        NodeVictims victims = new(draft, node, ledger, () => evaluator.Fits(podClass, draft, node, attempt), beyondBudgets);
        if (!victims.HasVictims)
        {
            return null;
        }

        int mark = draft.Mark();
        victims.RemoveAll();
        bool fits = evaluator.Fits(podClass, draft, node, attempt);
        if (fits)
        {
            search(victims);
        }

        draft.RollBack(mark);
        if (victims.Best is null && victims.IsProtected)
        {
            _protected.Add(node);
        }

        return fits ? victims : null;
    }

    private (int Node, List<Victim> Victims, VictimCost Cost)? Complete((int Node, VictimCost? Cost, List<VictimUnit>? Units) candidate)
    {
        List<Victim> victims = [];
        ledger.CostOf(candidate.Units!, victims);
        victims.Sort(static (a, b) => b.Pod.Priority.CompareTo(a.Pod.Priority));
        foreach (VictimUnit unit in new NodeVictims(draft, candidate.Node, ledger, static () => false, beyondBudgets).Leaving)
        {
            victims.AddRange(unit.Here.Where(v => !victims.Exists(known => ReferenceEquals(known.Pod, v.Pod))).Select(v => v with { IsLeaving = true }));
        }

        victims.AddRange(leaving.GetValueOrDefault(candidate.Node) ?? []);
        return (candidate.Node, victims, candidate.Cost!.Value);
    }
}
