using System.Diagnostics.CodeAnalysis;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// The one thread that owns the working state: takes in what the watches and the binder tell, decides, and publishes. Everybody else
/// posts to it, or reads the published snapshot.
/// </summary>
internal sealed partial class SchedulingEngine : IDisposable
{
    /// <summary>Changes taken in before the next decision, at most: a flood of events must not stop decisions, nor the other way round.</summary>
    private const int MaxChangesAtOnce = 4096;

    /// <summary>Decisions between two looks at the inbox and two publications, at most.</summary>
    private const int MaxDecisionsAtOnce = 64;

    /// <summary>The engine turns at least so often: timeouts of Permit end, and liveness sees it.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly EngineInbox _inbox;
    private readonly IBinder _binder;
    private readonly IBindingGate _gate;
    private readonly IEngineObserver _observer;
    private readonly EngineHeartbeat _heartbeat;
    private readonly IEvictor? _evictor;
    private readonly EngineBindings _bindings;
    private volatile SchedulerReadings _counts = new();

    public SchedulingEngine(
        ClusterWriter cluster, IReadOnlyList<Profile> profiles, QueueOptions queue, TimeProvider time, IBinder binder, IBindingGate gate, IEngineObserver observer,
        EngineHeartbeat heartbeat, Action<PodClass>? arrived = null, IEvictor? evictor = null, Action<PodClass>? left = null, ShapeCatalog? shapes = null,
        ISchedulingObserver? measured = null, int parallelism = 1)
    {
        _time = time;
        _binder = binder;
        _gate = gate;
        _observer = observer;
        _inbox = new EngineInbox(time);
        _heartbeat = heartbeat;
        _evictor = evictor;
        ClaimTable claims = new(shapes ?? ShapeCatalog.BuiltIn);
        VolumeTable volumes = new();
        _bindings = new EngineBindings(binder, claims, volumes, (queued, reservation, outcome) => Post(() => Finish(queued, reservation, outcome)));
        Scheduler = new Scheduler(
            cluster, profiles, queue, time, _bindings,
            evictor is null ? null : new EngineEvictions(evictor, uid => Mirror!.Find(uid), (plan, victims, outcome) => Post(() => Finish(plan, victims, outcome))), measured, parallelism)
        {
            EndOf = EndOf,
        };
        Mirror = new ClusterMirror(Scheduler, observer, claims, volumes, time) { Arrived = arrived, Left = left };
    }

    /// <summary>Engine's thread only.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>Engine's thread only.</summary>
    public ClusterMirror Mirror { get; }

    /// <summary>How many pods were where at the end of the last turn. Any thread.</summary>
    public SchedulerReadings Counts => _counts;

    /// <summary>Has work done on the engine's thread, in the order of the posts. Any thread.</summary>
    public void Post(Action work) => _inbox.Post(work);

    /// <summary>Something that is looked at each turn may have changed. Any thread.</summary>
    public void Wake() => Post(static () => { });

    /// <summary>Has work done, and waits for it. Any thread.</summary>
    public Task DoAsync(Action work) => AskAsync(_ =>
    {
        work();
        return true;
    });

    /// <summary>Asks something of the engine's state. Any thread.</summary>
    public Task<T> AskAsync<T>(Func<SchedulingEngine, T> question)
    {
        TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                answer.SetResult(question(this));
            }
            catch (Exception e) when (answer.TrySetException(e))
            {
                // The asker hears of it.
            }
        });
        return answer.Task;
    }

    /// <summary>Turns until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (!Turn())
            {
                await _inbox.WaitAsync(Rest(), cancellation).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One turn: changes in, decisions out, state published.</summary>
    /// <returns>False where there was nothing to do.</returns>
    public bool Turn()
    {
        _heartbeat.Tick();
        bool worked = TakeIn();
        worked |= Try("settling nodes", static e => e.SettleNodes());
        worked |= Try("scheduling", static e => e.Decide());
        worked |= Try("telling of gangs", static e => e.TellGangs());
        Scheduler.Cluster.Publish();
        if (worked)
        {
            Count();
        }

        return worked;
    }

    public void Dispose() => _inbox.Dispose();

    private void Count()
    {
        SchedulingQueue queue = Scheduler.Queue;
        (int withoutRoom, int incomplete) = Scheduler.Gangs.CountWaiting();
        _counts = new SchedulerReadings
        {
            ActivePods = queue.ActiveCount,
            BackoffPods = queue.BackoffCount,
            UnschedulablePods = queue.UnschedulableCount,
            GatedPods = queue.GatedCount,
            GangsWithoutRoom = withoutRoom,
            IncompleteGangs = incomplete,
            Pods = Mirror.PlacedCount,
            AssumedPods = Scheduler.HeldCount,
        };
    }

    private bool TakeIn()
    {
        int taken = 0;
        while (taken < MaxChangesAtOnce && _inbox.TryTake(out Action? work))
        {
            taken++;
            Try("taking in a change", e =>
            {
                work!();
                e.Mirror.TakeReleases();
                return true;
            });
        }

        return taken > 0;
    }

    private bool Decide()
    {
        Scheduler.ExpireWaiting();
        Mirror.TakeReleases();
        Mirror.SettleClaims();
        Mirror.SettleVolumes();
        Mirror.TellWaiting();
        int decided = 0;
        for (; decided < MaxDecisionsAtOnce && _gate.IsOpen && _binder.HasRoom; decided++)
        {
            long started = _time.GetTimestamp();
            DateTimeOffset startedAt = _time.GetUtcNow();
            AttemptResult result = Scheduler.ScheduleOne();
            if (result.Queued is null)
            {
                break;
            }

            if (result.Gang is null)
            {
                Note(result, started, startedAt);
            }
            else
            {
                NoteGang(result, started, startedAt);
            }

            Mirror.TakeReleases();
            Mirror.SettleClaims();
            Mirror.SettleVolumes();
        }

        return decided > 0;
    }

    /// <summary>What became of a pod's attempt, for the model and for users.</summary>
    private void Note(in AttemptResult result, long started, DateTimeOffset startedAt)
    {
        QueuedPodInfo queued = result.Queued!;
        if (Mirror.Find(queued.Pod.Uid) is not { } record)
        {
            return;
        }

        if (result.IsPlaced && Scheduler.IsHeld(queued.Pod))
        {
            Mirror.Assume(queued.Pod, queued.Class, Scheduler.Cluster.Working.NodeAt(result.Decision.Node), result.Decision.Devices);
            NoteVolumes(record, queued);
        }

        record.Tried = started;
        record.LastFailure = result.Status.Reason ?? "";
        record.Nominated = Scheduler.Nominations.NodeOf(queued.Pod) ?? "";
        _observer.Attempted(record, result, _time.GetElapsedTime(started));
        FreeClaims(record, result);
        Trace(record, result, startedAt);
    }

    private void NoteVolumes(PodRecord record, QueuedPodInfo queued)
    {
        if (_bindings.FindBinding(queued) is { } request)
        {
            Mirror.NoteBinding(record, request);
        }
    }

    /// <summary>What a bind's outcome means for the state; docs/binding.md has the table.</summary>
    private void Finish(QueuedPodInfo queued, NodeReservation reservation, BindOutcome outcome)
    {
        _bindings.End(queued, outcome.Kind == BindOutcomeKind.Unknown ? _time.GetTimestamp() : null);
        if (!Scheduler.IsHeld(queued.Pod) || Mirror.Find(queued.Pod.Uid) is not { } record)
        {
            // Deleted, or seen bound elsewhere, meanwhile: its place was given back then.
            return;
        }

        if (outcome.IsBound || record.State == PodState.Bound)
        {
            Scheduler.Finish(queued, Status.Success);
            record.Confirm();
            _observer.Scheduled(record, queued, reservation.Node.Name, reservation.Devices);
            NoteStarted(queued.Pod);
            EndTrace(record, Status.Success, reservation.Node.Name);
            return;
        }

        EndTrace(record, Status.Error(outcome.Message), reservation.Node.Name);

        switch (outcome.Kind)
        {
            case BindOutcomeKind.BoundElsewhere:
                Mirror.FoundElsewhere(record, outcome.Node, outcome.Devices);
                break;
            case BindOutcomeKind.PodGone:
                Mirror.Forget(record);
                break;
            case BindOutcomeKind.Unknown:
                (record.IsUnresolved, record.UnresolvedSince) = (true, _time.GetTimestamp());
                break;
            default:
                Scheduler.Finish(queued, Status.Error(outcome.Message));
                Mirror.Unassume(record);
                break;
        }

        _observer.BindFailed(record, reservation.Node.Name, outcome);
    }

    /// <summary>What became of evictions; where one does not go, those it was for try again.</summary>
    private void Finish(PreemptionPlan plan, Victim[] victims, EvictionOutcome outcome)
    {
        Nominee nominee = plan.Nominees[0];
        foreach (Victim victim in outcome.IsDone ? victims : [])
        {
            if (Mirror.Find(victim.Pod.Uid) is { } record)
            {
                _observer.Preempted(record, nominee.Pod, nominee.NodeName);
            }
        }

        if (!outcome.IsDone)
        {
            Pod kept = victims[outcome.Failed].Pod;
            Scheduler.EvictionFailed([.. victims.Skip(outcome.Evicted).Select(v => v.Pod)], outcome.ByBudget ? kept : null);
            _observer.EvictionFailed(nominee.Pod, kept, outcome.ByBudget, outcome.Message);
        }
    }

    private void Trace(PodRecord record, in AttemptResult result, DateTimeOffset startedAt)
    {
        QueuedPodInfo queued = result.Queued!;
        PodTrace? trace = PodTrace.Start(queued, queued.Class.Spec.SchedulerName, startedAt, _time);
        trace?.Begin(SchedulerSpans.SchedulingCycle, startedAt);
        trace?.End(result.Status);
        if (result.IsPlaced)
        {
            trace?.Begin(SchedulerSpans.Bind);
            record.Trace = trace;
        }
        else
        {
            trace?.Finish(result.Status, "");
        }
    }

    private static void EndTrace(PodRecord record, Status status, string node)
    {
        record.Trace?.Finish(status, node);
        record.Trace = null;
    }

    /// <summary>A pod's kubelet ends it when its deadline is over, and then it has its grace period; one that has not begun yet is taken to begin now.</summary>
    private DateTimeOffset? EndOf(Pod pod)
    {
        Pod latest = Mirror.Find(pod.Uid)?.Latest.Pod ?? pod;
        return latest.ActiveDeadline is { } limit ? (latest.StartTime ?? _time.GetUtcNow()) + limit + latest.TerminationGracePeriod : null;
    }

    private TimeSpan Rest()
    {
        if (!_gate.IsOpen || !_binder.HasRoom || Scheduler.NextWakeUp() is not { } next)
        {
            return LongestRest;
        }

        TimeSpan rest = next - _time.GetUtcNow();
        return rest < TimeSpan.Zero ? TimeSpan.Zero : rest < LongestRest ? rest : LongestRest;
    }

    [SuppressMessage("Design", "CA1031", Justification = "One broken object or plugin must not stop the rest of the cluster; the observer hears of everything.")]
    private bool Try(string doing, Func<SchedulingEngine, bool> work)
    {
        try
        {
            return work(this);
        }
        catch (Exception e)
        {
            _observer.Broke(doing, e);
            return true;
        }
    }
}
