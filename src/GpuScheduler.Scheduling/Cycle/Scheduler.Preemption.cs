using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>Preemption, and the room that is held for nominated pods.</content>
public sealed partial class Scheduler
{
    private readonly IEvictions? _evictor;
    private readonly Dictionary<Evaluator, Preemption> _preemptions = new(ReferenceEqualityComparer.Instance);

    /// <summary>Who is nominated where; their room is held in the working state.</summary>
    public Nominations Nominations { get; }

    /// <summary>The cluster's PodDisruptionBudgets; whoever drives the scheduler keeps them.</summary>
    public DisruptionBudgets Budgets { get; }

    /// <summary>
    /// Victims were not evicted. The room that they were to leave is held no more, and whoever it was for is tried again, after its backoff, with other victims where that
    /// helps.
    /// </summary>
    /// <param name="staying">Victims that nobody has told to go.</param>
    /// <param name="refused">The one of them that a PodDisruptionBudget keeps; null: the reason is another.</param>
    public void EvictionFailed(IReadOnlyCollection<Pod> staying, Pod? refused)
    {
        foreach (Pod victim in staying)
        {
            Budgets.GiveBack(victim);
        }

        if (refused is not null)
        {
            Budgets.Refuse(refused);
        }

        Nominations.GiveUpOn(staying);
    }

    /// <summary>
    /// The API shows that a pod is nominated to a node: by an earlier leader, or by whoever expects room there. Room is held for it beside the pods of lower priority
    /// that are on their way out there; where that does not make room, nothing is held.
    /// </summary>
    public void Nominate(Pod pod, string nodeName)
    {
        if (_evictor is null || Nominations.NodeOf(pod) is not null || !Cluster.Working.Directory.TryFind(nodeName, out int node))
        {
            return;
        }

        PodClass podClass = Cluster.Classes.Intern(pod.Spec);
        List<Pod> leaving = [];
        foreach (Placement placement in Cluster.Working.BlockOf(node).PlacementsOn(node % Block.Size))
        {
            if (placement.Pod.Priority < pod.Priority && _evictor.Latest(placement.Pod).DeletionTimestamp is not null)
            {
                leaving.Add(placement.Pod);
            }
        }

        Nominations.Add(new Nominee(pod, podClass, node, nodeName, DeviceSet.Empty), [.. leaving]);
        Nominations.Refresh();
    }

    /// <summary>The best node. A nominated pod goes to its node if it fits there; room that is held for others of lower priority may be taken where nothing else is left.</summary>
    private Decision Decide(Evaluator evaluator, QueuedPodInfo queued, long attempt)
    {
        NodeSet? barred = BarsOf(queued)?.Nodes;
        if (Nominations.Count == 0)
        {
            return DecideAround(evaluator, queued, barred, attempt);
        }

        Nominations.Refresh();
        int nominated = Nominations.LiftOwn(queued.Pod);
        if (nominated >= 0 && barred?.Contains(nominated) != true && evaluator.Fits(queued.Class, Cluster.Working, nominated, attempt))
        {
            return new Decision(nominated, evaluator.ChooseDevices(queued.Class, Cluster.Working, nominated, attempt), 0);
        }

        Decision decision = DecideAround(evaluator, queued, barred, attempt);
        if (!decision.IsFound)
        {
            Nominations.LiftFor(queued.Pod);
            decision = DecideAround(evaluator, queued, barred, attempt);
        }

        return decision;
    }

    private PostFilterResult MakeRoom(
        Evaluator evaluator, QueuedPodInfo queued, PreemptionArgs args, Rejections rejections, NodeSet? barred, long attempt, out PreemptionPlan? plan) =>
        PreemptionBy(evaluator).MakeRoom(queued.Pod, queued.Class, args, rejections, barred, attempt, out plan);

    /// <summary>A gang's own room is lifted before it is tried.</summary>
    private void LiftRoomOf(IReadOnlyList<QueuedPodInfo> waiting)
    {
        if (Nominations.Count == 0)
        {
            return;
        }

        Nominations.Refresh();
        foreach (QueuedPodInfo pod in waiting)
        {
            Nominations.LiftOwn(pod.Pod);
        }
    }

    /// <summary>Makes room for a gang, where its profile has a plugin that does so.</summary>
    private PreemptionPlan? MakeRoomForGang(GangUnit gang, QueuedPodInfo entry, Profile profile, Evaluator evaluator, GangPlacer placer, long attempt, ref FitError error)
    {
        if (_evictor is null || profile.PostFilter.OfType<IPreemptionPlugin>().FirstOrDefault() is not { } plugin)
        {
            return null;
        }

        bool mayPreempt = gang.Stated is not { Root.NeverPreempts: true } && !entry.Gang!.Pods.All(p => p.Pod.PreemptionPolicy == PreemptionPolicy.Never);
        PostFilterResult result = PreemptionBy(evaluator).MakeRoom(
            gang.Unit(Cluster.Working.Directory), gang.Priority, mayPreempt, placer, placer.Levels, OthersThanReserved(entry), plugin.Args, attempt, out PreemptionPlan? plan);
        error = error with { PostFilterMessage = result.Status.Reason ?? "" };
        return plan;
    }

    private Preemption PreemptionBy(Evaluator evaluator)
    {
        if (!_preemptions.TryGetValue(evaluator, out Preemption? preemption))
        {
            preemption = new Preemption(Cluster, evaluator, Nominations, Budgets, _evictor!, _time, Gangs.FindObject);
            _preemptions.Add(evaluator, preemption);
        }

        return preemption;
    }
}
