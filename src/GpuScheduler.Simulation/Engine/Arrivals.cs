using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Simulation;

/// <summary>Drives one run: brings the pods, lets the scheduler try them, and takes them away again when their time is over.</summary>
internal sealed class Arrivals
{
    private const int ProgressEvery = 256;

    private readonly Workload _workload;
    private readonly IPolicyRun _policy;
    private readonly Scheduler _scheduler;
    private readonly RunObserver _observer;
    private readonly PodLog? _pods;
    private readonly VirtualTime _time;
    private readonly SimulatedEvictions _evictions;
    private readonly IProgress<double>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly int _largestMemory;
    private readonly Dictionary<Pod, Arrival> _pending = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Pod, FitError> _lastErrors = new(ReferenceEqualityComparer.Instance);
    private readonly PriorityQueue<Departure, (TimeSpan At, long Order)> _departures = new();

    /// <summary>Pods that run, with how they came. One that is evicted while its end is near leaves only once.</summary>
    private readonly Dictionary<Pod, Arrival> _running = new(ReferenceEqualityComparer.Instance);
    private long _order;
    private long _most = -1;

    public Arrivals(
        Workload workload, IPolicyRun policy, Scheduler scheduler, RunObserver observer, PodLog? pods, VirtualTime time, SimulatedEvictions evictions,
        IProgress<double>? progress, CancellationToken cancellation)
    {
        _workload = workload;
        _policy = policy;
        _scheduler = scheduler;
        _observer = observer;
        _pods = pods;
        _time = time;
        _evictions = evictions;
        _progress = progress;
        _cancellation = cancellation;
        _largestMemory = workload.Nodes.SelectMany(n => n.Shape.Devices).Select(d => d.MemoryMiB).DefaultIfEmpty().Max();
    }

    /// <summary>The cluster when pods held the most; null: gangs are not watched, or nothing has a time.</summary>
    public Snapshot? Fullest { get; private set; }

    /// <summary>When that was.</summary>
    public TimeSpan FullestAt { get; private set; }

    /// <summary>
    /// Each pod is tried once, in order, and each gang once all its pods have come that it needs; what does not fit is lost.
    /// </summary>
    public void RunInOrder()
    {
        for (int i = 0; i < _workload.Arrivals.Length; i++)
        {
            Report(i);
            Arrival arrival = _workload.Arrivals[i];
            _pending.Add(arrival.Pod, arrival);
            Come(arrival);
            TryOnce();
            _scheduler.Cluster.Working.Settle();
            _observer.NoteProgress();
        }

        LoseTheRest();
    }

    /// <summary>Pods come at their times, wait while they do not fit, and leave when they are done.</summary>
    public void RunTimed()
    {
        int next = 0;
        while (true)
        {
            Report(next);
            while (next < _workload.Arrivals.Length && _workload.Arrivals[next].At <= _time.Elapsed)
            {
                Arrival arrival = _workload.Arrivals[next++];
                _pending.Add(arrival.Pod, arrival);
                Come(arrival);
                _observer.NoteProgress();
            }

            TryAll();
            NoteState();
            DropPastDepartures();
            TimeSpan? arrives = next < _workload.Arrivals.Length ? _workload.Arrivals[next].At : null;
            TimeSpan? leaves = _departures.TryPeek(out _, out (TimeSpan At, long Order) first) ? first.At : null;
            if (arrives is null && leaves is null)
            {
                // Nothing will change any more: what still waits would wait forever.
                break;
            }

            _time.MoveTo(Earliest(Earliest(arrives, leaves), WakeUp())!.Value);
            while (_departures.TryPeek(out var leaving, out first) && first.At <= _time.Elapsed)
            {
                _departures.Dequeue();
                Leave(leaving);
            }
        }

        LoseTheRest();
    }

    /// <summary>
    /// Tries what waits, once. Whom it evicts comes back and is tried in its turn; each has a lower priority than the one before, so that ends.
    /// </summary>
    private void TryOnce()
    {
        AttemptResult result = _scheduler.ScheduleOne();
        List<Pod> evicted = [];
        if (result.Preemption is not null)
        {
            while (_evictions.TryTake(out Victim? victim))
            {
                evicted.Add(TakeAway(victim!.Node, victim.Pod, victim.Placement.Class, victim.Placement.Devices));
            }

            result = _scheduler.ScheduleOne();
        }

        NoteGang(result);
        foreach (AttemptResult one in EachOf(result))
        {
            Pod pod = one.Queued!.Pod;
            _pending.Remove(pod);
            if (one.IsPlaced)
            {
                _observer.PodPlaced(one.Decision.Node, one.Queued!.Class, one.Decision.Devices, TimeSpan.Zero, TimeSpan.Zero);
                LogPlaced(one);
            }
            else
            {
                _scheduler.Abandon(pod);
                _observer.AttemptFailed();
                Fail(pod, one.FitError);
            }
        }

        foreach (Pod back in evicted)
        {
            _pending.Add(back, new Arrival(back, TimeSpan.Zero, null));
            _scheduler.Enqueue(back);
            TryOnce();
        }
    }

    /// <summary>A pod that was to be evicted and was done before, or the other way round, left already: nothing happens at the later time.</summary>
    private void DropPastDepartures()
    {
        while (_departures.TryPeek(out Departure? next, out _) && !_running.ContainsKey(next.Pod))
        {
            _departures.Dequeue();
        }
    }

    private void Leave(Departure leaving)
    {
        if (!_running.Remove(leaving.Pod, out Arrival arrival))
        {
            return;
        }

        if (!leaving.IsEviction)
        {
            _evictions.Ended(leaving.Pod);
            _observer.PodLeft(leaving.Node, leaving.Class, leaving.Devices, _time.Elapsed);
            _pods?.Finished(leaving.Pod, _time.Elapsed);
            _scheduler.Release(leaving.Node, leaving.Pod, leaving.Class);
            return;
        }

        Pod back = TakeAway(leaving.Node, leaving.Pod, leaving.Class, leaving.Devices);
        _pending.Add(back, arrival with { Pod = back, At = _time.Elapsed });
        _scheduler.Enqueue(back);
    }

    /// <summary>Takes an evicted pod off its node.</summary>
    /// <returns>The pod as it comes back: all of its work is to be done again.</returns>
    private Pod TakeAway(int node, Pod pod, PodClass podClass, DeviceSet devices)
    {
        _evictions.Ended(pod);
        _observer.PodEvicted(node, podClass, devices, _time.Elapsed);
        _pods?.Evicted(pod, _time.Elapsed);
        _scheduler.Release(node, pod, podClass);
        string name = _policy.Profile.SchedulerName;
        return pod with
        {
            BoundNode = "",
            BoundDevices = DeviceSet.Empty,
            StartTime = null,
            Spec = pod.Spec.SchedulerName == name ? pod.Spec : pod.Spec with { SchedulerName = name },
        };
    }

    /// <summary>The pods of an attempt: the one that was tried alone, or each of its gang.</summary>
    private static ImmutableArray<AttemptResult> EachOf(in AttemptResult result) =>
        result.Gang is { } gang ? gang.Members : result.Queued is null ? [] : [result];

    private static TimeSpan? Earliest(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;

    private TimeSpan? WakeUp() =>
        _scheduler.NextWakeUp() is { } at ? VirtualTime.ElapsedAt(at) : null;

    private void Come(Arrival arrival)
    {
        _observer.PodArrived(RunObserver.MilliOf(arrival.Pod.Spec.Devices, _largestMemory));
        _pods?.Came(arrival.Pod, arrival.At);
        _policy.Observe(_scheduler.Cluster.Classes.Intern(arrival.Pod.Spec), _scheduler.Cluster.Working);
        _scheduler.Enqueue(arrival.Pod);
        if (_scheduler.Gangs.Find(arrival.Pod)?.Gang is { } gang)
        {
            _observer.Gangs?.Came(gang.Key, arrival.At);
        }
    }

    /// <summary>Notes where a gang was placed that was not before.</summary>
    private void NoteGang(in AttemptResult result)
    {
        if (result.Gang is { Placement: { Outcome: GangOutcome.Placed, Members.IsEmpty: false } placement } attempt)
        {
            _observer.Gangs?.Placed(attempt.Gang.Key, placement.Members, _time.Elapsed);
        }
    }

    /// <summary>Once for each instant at which something happened.</summary>
    private void NoteState()
    {
        if (_observer.Gangs is { } gangs)
        {
            gangs.NoteState(_time.Elapsed);
            if (_observer.AllocatedMilli > _most)
            {
                (_most, FullestAt, Fullest) = (_observer.AllocatedMilli, _time.Elapsed, _scheduler.Cluster.Publish());
            }
        }
    }

    private void TryAll()
    {
        while (_scheduler.ScheduleOne() is { Queued: not null } result)
        {
            NoteGang(result);
            foreach (AttemptResult one in EachOf(result))
            {
                Note(one);
            }

            BeginEvictions();
        }

        _scheduler.Cluster.Working.Settle();
    }

    private void Note(in AttemptResult result)
    {
        QueuedPodInfo queued = result.Queued!;
        Pod pod = queued.Pod;
        if (!result.IsPlaced)
        {
            _observer.AttemptFailed();
            _lastErrors[pod] = result.FitError!;
            return;
        }

        _pending.Remove(pod, out Arrival arrival);
        _lastErrors.Remove(pod);
        _observer.PodPlaced(result.Decision.Node, queued.Class, result.Decision.Devices, _time.Elapsed, _time.Elapsed - arrival.At);
        LogPlaced(result);
        _running.Add(pod, arrival);
        _evictions.Started(pod);
        if ((arrival.Duration is { } work && !(pod.ActiveDeadline < work) ? work : pod.ActiveDeadline) is { } duration)
        {
            Departure departure = new(result.Decision.Node, pod, queued.Class, result.Decision.Devices, IsEviction: false);
            _departures.Enqueue(departure, (_time.Elapsed + duration, _order++));
        }
    }

    /// <summary>Victims go on until their grace period is over.</summary>
    private void BeginEvictions()
    {
        while (_evictions.TryTake(out Victim? victim))
        {
            Placement placement = victim!.Placement;
            _running.TryAdd(victim.Pod, new Arrival(victim.Pod, _time.Elapsed, null));
            Departure departure = new(victim.Node, victim.Pod, placement.Class, placement.Devices, IsEviction: true);
            _departures.Enqueue(departure, (_time.Elapsed + victim.Pod.TerminationGracePeriod, _order++));
        }
    }

    /// <summary>What still waits would wait forever.</summary>
    private void LoseTheRest()
    {
        foreach (Pod pod in _pending.Keys.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            Fail(pod, _lastErrors.GetValueOrDefault(pod));
        }
    }

    private void Fail(Pod pod, FitError? error)
    {
        string waits = _scheduler.Gangs.Find(pod)?.Gang.Wait is { Length: > 0 } wait ? wait : "still waiting at the end";
        _observer.PodFailed(pod.Spec.Devices, error?.ClosestReason ?? waits);
        _pods?.Failed(pod, error?.Message ?? waits, _time.Elapsed);
    }

    private void LogPlaced(in AttemptResult placed) =>
        _pods?.Placed(placed.Queued!.Pod, _scheduler.Cluster.Working.NodeAt(placed.Decision.Node), placed.Decision.Devices, _time.Elapsed);

    private void Report(int done)
    {
        if (done % ProgressEvery == 0)
        {
            _cancellation.ThrowIfCancellationRequested();
            _progress?.Report((double)done / Math.Max(1, _workload.Arrivals.Length));
        }
    }
}
