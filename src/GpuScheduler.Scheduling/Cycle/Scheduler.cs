using System.Diagnostics.CodeAnalysis;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// The scheduling loop: takes a pod or a gang from the queue, decides, holds nodes and devices for it in the working state, and hands it to
/// the binding pipeline. One thread; the order of calls is the log that a replay repeats.
/// </summary>
public sealed partial class Scheduler
{
    private readonly Dictionary<string, (Profile Profile, Evaluator Evaluator, GangPlacer? Placer)> _profiles = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly IBindingPipeline _bindings;

    /// <summary>Pods between decision and outcome. An outcome of a pod that is not here any more comes too late and changes nothing.</summary>
    private readonly Dictionary<Pod, HeldPod> _held = new(ReferenceEqualityComparer.Instance);
    private readonly PluginTimes? _times;
    private readonly ISchedulingObserver? _observer;
    private long _attempts;

    /// <param name="cluster">The state; this scheduler's thread is its writer.</param>
    /// <param name="profiles">One for each <c>schedulerName</c>; all have the same QueueSort.</param>
    /// <param name="options">Backoff times.</param>
    /// <param name="time">The clock.</param>
    /// <param name="bindings">Where decisions go.</param>
    /// <param name="evictions">How pods are evicted; null: none are, and no room is made.</param>
    /// <param name="observer">Measures; null: nobody does.</param>
    /// <param name="parallelism">Up to so many threads of the pool look at nodes for this one, where there are many to look at; decisions are the same.</param>
    public Scheduler(
        ClusterWriter cluster, IReadOnlyList<Profile> profiles, QueueOptions options, TimeProvider time, IBindingPipeline bindings, IEvictions? evictions = null,
        ISchedulingObserver? observer = null, int parallelism = 1)
    {
        _observer = observer;
        _times = observer is null ? null : new PluginTimes(observer, time);
        Cluster = cluster;
        _time = time;
        _bindings = bindings;
        foreach (Profile profile in profiles)
        {
            Evaluator evaluator = new(profile, parallelism, _times);
            GangPlacer? placer = GangArgsOf(profile) is { } args
                ? new GangPlacer(evaluator, args.TopologyLevels, new GangPlacerOptions { Strategy = args.Strategy, SearchLimit = args.SearchLimit })
                : null;
            _profiles.Add(profile.SchedulerName, (profile, evaluator, placer));
        }

        Queue = new SchedulingQueue(time, options, profiles[0].QueueSort, q => _profiles[q.Class.Spec.SchedulerName].Profile, observer);
        _evictor = evictions;
        Budgets = new DisruptionBudgets(time);
        Nominations = new Nominations(
            cluster, p => _profiles[p.Spec.SchedulerName].Evaluator, p => Queue.Wake(Gangs.Find(p)?.Gang.Entry?.Pod ?? p), n => NoteFreed(n.Pod, n.Class));
    }

    public ClusterWriter Cluster { get; }

    public SchedulingQueue Queue { get; }

    /// <summary>Pods that Permit makes wait.</summary>
    public int WaitingCount { get; private set; }

    /// <summary>Pods that hold their place and are not bound yet, those included that wait on Permit.</summary>
    public int HeldCount => _held.Count;

    /// <summary>True where the pod holds its place and is not bound yet.</summary>
    public bool IsHeld(Pod pod) => _held.ContainsKey(pod);

    /// <summary>True where a profile decides for pods that name this scheduler.</summary>
    public bool Serves(string schedulerName) => _profiles.ContainsKey(schedulerName);

    /// <summary>The attempt by which the pod holds its place; null where it does not hold one, or is bound.</summary>
    public QueuedPodInfo? FindHeld(Pod pod) => _held.GetValueOrDefault(pod)?.Queued;

    /// <summary>Adds a pending pod to the queue.</summary>
    /// <exception cref="ArgumentException">No profile serves the pod's <c>schedulerName</c>.</exception>
    public void Enqueue(Pod pod)
    {
        if (!Serves(pod.Spec.SchedulerName))
        {
            throw new ArgumentException($"pod {pod} names scheduler \"{pod.Spec.SchedulerName}\", which no profile serves", nameof(pod));
        }

        NoteExclusive(pod);
        PodClass podClass = Cluster.Classes.Intern(pod.Spec);
        if (IsMember(pod))
        {
            EnqueueMember(pod, podClass);
        }
        else
        {
            Queue.Add(pod, podClass);
        }
    }

    /// <summary>Takes a pod in that is bound already (see <see cref="Adoption"/>). Where it is known to be bound, its place is all that changes.</summary>
    public AdoptionResult Adopt(int node, Pod pod, PodClass podClass, DeviceSet stated)
    {
        NoteExclusive(pod);
        AdoptionResult result = Adoption.Adopt(Cluster.Working, node, pod, podClass, stated);
        if (IsMember(pod))
        {
            AdoptMember(pod, podClass, Cluster.Working.NodeAt(node).Name);
        }

        return result;
    }

    /// <summary>Tries the next pod or gang of the queue. A plugin that throws costs it this attempt and no more.</summary>
    public AttemptResult ScheduleOne()
    {
        WakeRipe();
        QueuedPodInfo? queued = Queue.Pop();
        if (queued is null)
        {
            return default;
        }

        (Profile profile, Evaluator evaluator, GangPlacer? placer) = _profiles[queued.Class.Spec.SchedulerName];
        long attempt = _attempts++;
        _times?.Begin();
        AttemptResult result = queued.Gang is null ? SchedulePod(queued, profile, evaluator, attempt) : ScheduleGang(queued, profile, evaluator, placer!, attempt);
        _times?.End(profile.SchedulerName);
        return result;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Plugins are others' code; the status carries the exception to whoever logs.")]
    private AttemptResult SchedulePod(QueuedPodInfo queued, Profile profile, Evaluator evaluator, long attempt)
    {
        try
        {
            Decision decision = Decide(evaluator, queued, attempt);
            return decision.IsFound
                ? Hold(profile, queued, decision)
                : Reject(profile, evaluator, queued, attempt);
        }
        catch (Exception e)
        {
            // A plugin threw. The pod waits a while; what was remembered of its class may be half done.
            evaluator.Forget(queued.Class);
            Status status = Status.Error($"a plugin failed: {e}");
            if (!Finish(queued, status))
            {
                Queue.Retry(queued);
            }

            return new AttemptResult(queued, Decision.None, null, status);
        }
    }

    /// <summary>The outcome of a binding cycle.</summary>
    /// <returns>False where the pod was abandoned meanwhile: nothing happens.</returns>
    public bool Finish(QueuedPodInfo queued, Status status)
    {
        if (!Unhold(queued.Pod, out HeldPod? held))
        {
            return false;
        }

        if (held.Member is { } member)
        {
            FinishMember(member, held, status);
            return true;
        }

        if (status.IsSuccess)
        {
            Queue.Done(queued);
            return true;
        }

        TakeBack(held);
        if (status.IsRejected)
        {
            Queue.Reject(queued, status.Plugin is { } plugin ? [plugin] : []);
        }
        else
        {
            Queue.Retry(queued);
        }

        return true;
    }

    /// <summary>
    /// The pod was deleted, or somebody else bound it: what it holds is taken back, and the pod forgotten wherever it is. Also for bound pods of a gang whose
    /// node is gone, so that the gang knows.
    /// </summary>
    public void Abandon(Pod pod)
    {
        if (Unhold(pod, out HeldPod? held))
        {
            TakeBack(held);
        }

        Nominations.Remove(pod);
        if (Gangs.Find(pod) is { } member)
        {
            RemoveMember(member);
        }
        else
        {
            Queue.Remove(pod);
        }

        NoteLeft(pod);
    }

    /// <summary>A pod left its node: it ended or was deleted.</summary>
    /// <param name="node">Index of the node.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="podClass">Its class.</param>
    /// <param name="hasSucceeded">It did all that it was to do, and is still there for its gang to count; <see cref="Abandon"/> says when it is not any more.</param>
    /// <returns>False where it is not on that node.</returns>
    public bool Release(int node, Pod pod, PodClass podClass, bool hasSucceeded = false)
    {
        bool wasThere = GiveBack(node, pod, podClass);
        if (pod.Gang is not null && Gangs.Find(pod) is { } member)
        {
            if (hasSucceeded && GangKinds.CountsSucceeded(pod.Gang.Gang.Kind))
            {
                SucceedMember(member);
            }
            else
            {
                RemoveMember(member);
            }
        }

        return wasThere;
    }

    private bool GiveBack(int node, Pod pod, PodClass podClass)
    {
        if (!Cluster.Working.TryRemove(node, pod))
        {
            return false;
        }

        NoteFreed(pod, podClass);
        return true;
    }

    /// <summary>The room of a pod came free: others may have been waiting for just this.</summary>
    private void NoteFreed(Pod pod, PodClass podClass)
    {
        Queue.Move(new ClusterChange(new ClusterEvent(EventResource.AssignedPod, ActionTypes.Delete)) { Pod = pod, PodClass = podClass });
        NoteLeft(pod);
    }

    private AttemptResult Hold(Profile profile, QueuedPodInfo queued, Decision decision)
    {
        Nominations.Remove(queued.Pod, Cluster.Working.NodeAt(decision.Node).Name);
        Cluster.Working.Place(decision.Node, queued.Pod, queued.Class, decision.Devices);
        if (IsBinding(profile))
        {
            Queue.Done(queued);
            return new AttemptResult(queued, decision, null, Status.Success);
        }

        NodeReservation reservation = new(queued.Pod, queued.Class, Cluster.Working.NodeAt(decision.Node), decision.Devices);
        HeldPod held = new(profile, queued, reservation);
        _held.Add(queued.Pod, held);
        if (Reserve(held) is { IsSuccess: false } reserve)
        {
            return Fail(queued, reserve);
        }

        if (Permit(held) is { IsSuccess: false } permit)
        {
            return Fail(queued, permit);
        }

        if (held.WaitsFor.Count == 0)
        {
            _bindings.Start(this, profile, queued, reservation);
        }

        return new AttemptResult(queued, decision, null, Status.Success);
    }

    /// <summary>True where nobody else takes part, as in a simulation: the decision is the binding.</summary>
    private bool IsBinding(Profile profile) =>
        !_bindings.Binds && profile.Reserve.IsEmpty && profile.Permit.IsEmpty && profile.PreBind.IsEmpty && profile.Bind.IsEmpty;

    private AttemptResult Fail(QueuedPodInfo queued, Status status)
    {
        Finish(queued, status);
        return new AttemptResult(queued, Decision.None, null, status);
    }

    private AttemptResult Reject(Profile profile, Evaluator evaluator, QueuedPodInfo queued, long attempt)
    {
        FitError error = evaluator.Explain(queued.Class, Cluster.Working, attempt);
        PreemptionPlan? plan = null;
        bool hasTried = false;
        if (error.Rejections is { } rejections)
        {
            PluginContext context = new(queued.Class, null, Cluster.Working, attempt);
            foreach (IPostFilterPlugin plugin in profile.PostFilter)
            {
                long since = _times?.Mark() ?? 0;
                hasTried |= plugin is IPreemptionPlugin && _evictor is not null;
                PostFilterResult result = plugin is IPreemptionPlugin preemption && _evictor is not null
                    ? MakeRoom(evaluator, queued, preemption.Args, rejections, BarsOf(queued)?.Nodes, attempt, out plan)
                    : plugin.PostFilter(queued.Pod, context, rejections);
                _times?.Stop(plugin, ExtensionPoints.PostFilter, result.Status.Code, since);
                if (result.Status.Reason is { Length: > 0 } reason)
                {
                    error = error with { PostFilterMessage = error.PostFilterMessage.Length == 0 ? reason : $"{error.PostFilterMessage} {reason}" };
                }

                if (result.Status.Code != StatusCode.Unschedulable)
                {
                    break;
                }
            }
        }

        if (_hasExclusive)
        {
            error = WithBarred(error, evaluator, queued);
        }

        if (_reservations.Count > 0)
        {
            error = WithReserved(error, evaluator, queued);
        }

        Queue.Reject(queued, error.Plugins);
        return new AttemptResult(queued, Decision.None, error, new Status(StatusCode.Unschedulable, error.Message)) { Preemption = plan, HasTriedToPreempt = hasTried };
    }
}
