using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Simulation;

/// <summary>
/// Runs a policy over a workload with the scheduler's own engine, under virtual time. The same workload, policy and seed give the same run.
/// </summary>
public sealed class Simulator
{
    private readonly Workload _workload;
    private readonly Func<string, ulong>? _tieKey;
    private readonly bool _followsPods;
    private readonly Func<Workload, IFragmentationGauge?> _gauge;
    private readonly TimeProvider _wallClock;

    /// <param name="workload">Cluster and arrivals.</param>
    /// <param name="gauge">Makes the measure of fragmentation.</param>
    /// <param name="wallClock">Times the run itself.</param>
    /// <param name="tieKey">Order among nodes of equal score; null: that of the policy, or by a hash of name and seed.</param>
    /// <param name="followPods">Whether results tell what became of each pod.</param>
    public Simulator(
        Workload workload, Func<Workload, IFragmentationGauge?> gauge, TimeProvider wallClock, Func<string, ulong>? tieKey = null, bool followPods = false)
    {
        _workload = workload;
        _gauge = gauge;
        _wallClock = wallClock;
        _tieKey = tieKey;
        _followsPods = followPods;
    }

    /// <summary>Runs one policy with one seed.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="seed">Orders ties, and feeds policies that draw lots.</param>
    /// <param name="progress">Told of the share of arrivals done, 0 to 1.</param>
    /// <param name="cancellation">Ends the run early with an <see cref="OperationCanceledException"/>.</param>
    public RunResult Run(SimulatedPolicy policy, ulong seed, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        long started = _wallClock.GetTimestamp();
        ClusterWriter cluster = new(_tieKey ?? policy.Ties?.Invoke(_workload) ?? TieKeys.Seeded(seed));
        cluster.SetNodes(_workload.Nodes);
        IPolicyRun run = policy.Start(_workload, seed);
        VirtualTime time = new();
        SimulatedEvictions evictions = new(time);
        Scheduler scheduler = new(cluster, [run.Profile], new QueueOptions(), time, new InlineBindings(), evictions) { EndOf = evictions.EndOf };
        foreach (DisruptionBudget budget in _workload.Budgets)
        {
            scheduler.Budgets.Set(budget);
        }

        if (!ReferenceEquals(_workload.Topology, TopologyObjects.Empty))
        {
            scheduler.SetTopology(_workload.Topology);
        }

        foreach (GangObject gang in _workload.Gangs)
        {
            scheduler.SetGang(gang);
        }

        foreach (Pod pod in _workload.BoundPods.OrderBy(p => p.BoundDevices.IsEmpty))
        {
            if (cluster.Working.Directory.TryFind(pod.BoundNode, out int node))
            {
                scheduler.Adopt(node, pod, cluster.Classes.Intern(pod.Spec), pod.BoundDevices);
            }
        }

        GangObserver? gangs = _workload.HasGangs
            ? new GangObserver(cluster.Working, run.Profile.PreEnqueue.OfType<IGangSchedulingPlugin>().FirstOrDefault()?.Args.TopologyLevels ?? TopologyLevels.Default)
            : null;
        RunObserver observer = new(cluster.Working, _gauge(_workload), gangs);
        PodLog? pods = _followsPods ? new PodLog() : null;
        Arrivals arrivals = new(_workload, run, scheduler, observer, pods, time, evictions, progress, cancellation);
        if (_workload.IsTimed)
        {
            arrivals.RunTimed();
        }
        else
        {
            arrivals.RunInOrder();
        }

        observer.NoteEnd();
        scheduler.AssertInvariants();
        Snapshot final = cluster.Publish();
        return new RunResult(policy, seed, observer, final, time.Elapsed, _wallClock.GetElapsedTime(started))
        {
            Pods = pods,
            Fullest = gangs is null ? null : arrivals.Fullest ?? final,
            FullestAt = arrivals.FullestAt,
        };
    }
}
