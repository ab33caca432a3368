using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>Preemption, and the room that is held for nominated pods.</content>
public sealed partial class Scheduler
{
    private readonly IEvictions? _evictions;
    private readonly Dictionary<Evaluator, Preemption> _preemptions = new(ReferenceEqualityComparer.Instance);

    /// <summary>The object that states a gang; null: none is known. Gangs are evicted as it says.</summary>
    public Func<GangKey, GangObject?> FindGang { get; init; } = static _ => null;

    /// <summary>Who is nominated where; their room is held in the working state.</summary>
    public Nominations Nominations { get; }

    /// <summary>The cluster's PodDisruptionBudgets; whoever drives the scheduler keeps them.</summary>
    public DisruptionBudgets Budgets { get; }

    /// <summary>
    /// A victim was not evicted. The room is held no more, and whoever it was for is tried again, after its backoff, with other victims where that helps.
    /// </summary>
    /// <param name="plan">The plan that it belongs to.</param>
    /// <param name="victim">The victim.</param>
    /// <param name="byBudget">True where a PodDisruptionBudget forbade it.</param>
    public void EvictionFailed(PreemptionPlan plan, Pod victim, bool byBudget)
    {
        Budgets.GiveBack(victim);
        if (byBudget)
        {
            Budgets.Refuse(victim);
        }

        foreach (Nominee nominee in plan.Nominees)
        {
            if (Nominations.Remove(nominee.Pod))
            {
                Queue.Wake(nominee.Pod);
            }
        }
    }

    /// <summary>
    /// The API shows that a pod is nominated to a node: by an earlier leader, or by whoever expects room there. Room is held for it beside the pods of lower priority
    /// that are on their way out there; where that does not make room, nothing is held.
    /// </summary>
    public void Nominate(Pod pod, string nodeName)
    {
        if (_evictions is null || Nominations.NodeOf(pod) is not null || !Cluster.Working.Directory.TryFind(nodeName, out int node))
        {
            return;
        }

        PodClass podClass = Cluster.Classes.Intern(pod.Spec);
        Evaluator evaluator = _profiles[pod.Spec.SchedulerName].Evaluator;
        List<Victim> leaving = [];
        foreach (Placement placement in Cluster.Working.BlockOf(node).PlacementsOn(node % Block.Size))
        {
            if (placement.Pod.Priority < pod.Priority && _evictions.Latest(placement.Pod).DeletionTimestamp is not null)
            {
                leaving.Add(new Victim(node, placement, IsLeaving: true));
            }
        }

        int mark = Cluster.Working.Mark();
        foreach (Victim victim in leaving)
        {
            Cluster.Working.Remove(node, victim.Pod);
        }

        bool fits = evaluator.Fits(podClass, Cluster.Working, node, _attempts);
        DeviceSet devices = fits ? evaluator.ChooseDevices(podClass, Cluster.Working, node, _attempts) : DeviceSet.Empty;
        Cluster.Working.RollBack(mark);
        if (fits)
        {
            Nominations.Add(new Nominee(pod, podClass, node, nodeName, devices), [.. leaving.Select(v => v.Pod)]);
        }
    }

    /// <summary>The best node. A nominated pod goes to its node if it fits there; room that is held for others of lower priority may be taken where nothing else is left.</summary>
    private Decision Decide(Evaluator evaluator, QueuedPodInfo queued, long attempt)
    {
        if (Nominations.Count == 0)
        {
            return evaluator.Decide(queued.Class, Cluster.Working, attempt);
        }

        Nominations.Refresh();
        int nominated = Nominations.LiftOwn(queued.Pod);
        if (nominated >= 0 && evaluator.Fits(queued.Class, Cluster.Working, nominated, attempt))
        {
            return new Decision(nominated, evaluator.ChooseDevices(queued.Class, Cluster.Working, nominated, attempt), 0);
        }

        Decision decision = evaluator.Decide(queued.Class, Cluster.Working, attempt);
        if (!decision.IsFound)
        {
            Nominations.LiftFor(queued.Pod);
            decision = evaluator.Decide(queued.Class, Cluster.Working, attempt);
        }

        return decision;
    }

    private PostFilterResult MakeRoom(
        Evaluator evaluator, QueuedPodInfo queued, PreemptionArgs args, Rejections rejections, long attempt, out PreemptionPlan? plan) =>
        PreemptionBy(evaluator).MakeRoom(queued.Pod, queued.Class, args, rejections, attempt, out plan);

    private Preemption PreemptionBy(Evaluator evaluator)
    {
        if (!_preemptions.TryGetValue(evaluator, out Preemption? preemption))
        {
            preemption = new Preemption(Cluster, evaluator, Nominations, Budgets, _evictions!, _time, FindGang);
            _preemptions.Add(evaluator, preemption);
        }

        return preemption;
    }
}
