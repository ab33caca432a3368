using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// The scheduling loop: takes a pod from the queue, decides, holds the node and devices for it in the working state, and hands it to
/// the binding pipeline. One thread; the order of calls is the log that a replay repeats.
/// </summary>
public sealed class Scheduler
{
    private readonly Dictionary<string, (Profile Profile, Evaluator Evaluator)> _profiles = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly IBindingPipeline _bindings;
    private readonly Dictionary<Pod, WaitingPod> _waiting = new(ReferenceEqualityComparer.Instance);
    private long _attempts;

    /// <param name="cluster">The state; this scheduler's thread is its writer.</param>
    /// <param name="profiles">One for each <c>schedulerName</c>; all have the same QueueSort.</param>
    /// <param name="options">Backoff times.</param>
    /// <param name="time">The clock.</param>
    /// <param name="bindings">Where decisions go.</param>
    public Scheduler(
        ClusterWriter cluster, IReadOnlyList<Profile> profiles, QueueOptions options, TimeProvider time, IBindingPipeline bindings)
    {
        Cluster = cluster;
        _time = time;
        _bindings = bindings;
        foreach (Profile profile in profiles)
        {
            _profiles.Add(profile.SchedulerName, (profile, new Evaluator(profile)));
        }

        Queue = new SchedulingQueue(time, options, profiles[0].QueueSort, q => _profiles[q.Class.Spec.SchedulerName].Profile);
    }

    public ClusterWriter Cluster { get; }

    public SchedulingQueue Queue { get; }

    /// <summary>Pods held by Permit.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>True where a profile decides for pods that name this scheduler.</summary>
    public bool Serves(string schedulerName) => _profiles.ContainsKey(schedulerName);

    /// <summary>Adds a pending pod to the queue.</summary>
    /// <exception cref="ArgumentException">No profile serves the pod's <c>schedulerName</c>.</exception>
    public void Enqueue(Pod pod)
    {
        if (!Serves(pod.Spec.SchedulerName))
        {
            throw new ArgumentException($"pod {pod} names scheduler \"{pod.Spec.SchedulerName}\", which no profile serves", nameof(pod));
        }

        Queue.Add(pod, Cluster.Classes.Intern(pod.Spec));
    }

    /// <summary>Tries the next pod of the queue.</summary>
    public AttemptResult ScheduleOne()
    {
        QueuedPodInfo? queued = Queue.Pop();
        if (queued is null)
        {
            return default;
        }

        (Profile profile, Evaluator evaluator) = _profiles[queued.Class.Spec.SchedulerName];
        long attempt = _attempts++;
        Decision decision = evaluator.Decide(queued.Class, Cluster.Working, attempt);
        return decision.IsFound
            ? Hold(profile, queued, decision)
            : Reject(profile, evaluator, queued, attempt);
    }

    /// <summary>The outcome of a binding cycle.</summary>
    public void Finish(Profile profile, QueuedPodInfo queued, NodeReservation reservation, Status status)
    {
        if (status.IsSuccess)
        {
            Queue.Done(queued);
            return;
        }

        TakeBack(profile, reservation);
        if (status.IsRejected)
        {
            Queue.Reject(queued, status.Plugin is { } plugin ? [plugin] : []);
        }
        else
        {
            Queue.Retry(queued);
        }
    }

    /// <summary>The pod of a binding cycle was deleted, or somebody else bound it: the placement is taken back and the pod forgotten.</summary>
    public void Abandon(Profile profile, QueuedPodInfo queued, NodeReservation reservation)
    {
        _waiting.Remove(queued.Pod);
        TakeBack(profile, reservation);
        Queue.Remove(queued.Pod);
    }

    /// <summary>A pod left its node: it ended or was deleted.</summary>
    /// <returns>False where it is not on that node; nothing happens.</returns>
    public bool Release(int node, Pod pod, PodClass podClass)
    {
        if (!Cluster.Working.TryRemove(node, pod))
        {
            return false;
        }

        Queue.Move(new ClusterChange(new ClusterEvent(EventResource.AssignedPod, ActionTypes.Delete)) { Pod = pod, PodClass = podClass });
        return true;
    }

    /// <summary>Lets a pod that <paramref name="plugin"/> held go on.</summary>
    public void Allow(Pod pod, string plugin)
    {
        if (_waiting.TryGetValue(pod, out WaitingPod? waiting) && waiting.HeldBy.Remove(plugin) && waiting.HeldBy.Count == 0)
        {
            _waiting.Remove(pod);
            _bindings.Start(this, waiting.Profile, waiting.Queued, waiting.Reservation);
        }
    }

    /// <summary>Turns away a pod that Permit holds.</summary>
    public void RejectWaiting(Pod pod, Status status)
    {
        if (_waiting.Remove(pod, out WaitingPod? waiting))
        {
            Finish(waiting.Profile, waiting.Queued, waiting.Reservation, status);
        }
    }

    /// <summary>Turns away the pods that Permit has held for too long.</summary>
    public void ExpireWaiting()
    {
        DateTimeOffset now = _time.GetUtcNow();
        foreach (WaitingPod waiting in _waiting.Values.ToArray())
        {
            foreach ((string plugin, DateTimeOffset until) in waiting.HeldBy)
            {
                if (until <= now)
                {
                    RejectWaiting(waiting.Reservation.Pod, Status.Unschedulable("timed out waiting on permit") with { Plugin = plugin });
                    break;
                }
            }
        }
    }

    private AttemptResult Hold(Profile profile, QueuedPodInfo queued, Decision decision)
    {
        Cluster.Working.Place(decision.Node, queued.Pod, queued.Class, decision.Devices);
        if (!_bindings.Binds && profile.Reserve.IsEmpty && profile.Permit.IsEmpty && profile.PreBind.IsEmpty && profile.Bind.IsEmpty)
        {
            // Nobody else takes part, as in a simulation: the decision is the binding.
            Queue.Done(queued);
            return new AttemptResult(queued, decision, null, Status.Success);
        }

        NodeReservation reservation = new(queued.Pod, queued.Class, Cluster.Working.NodeAt(decision.Node), decision.Devices);
        foreach (IReservePlugin plugin in profile.Reserve)
        {
            Status status = plugin.Reserve(reservation);
            if (!status.IsSuccess)
            {
                status = status with { Plugin = plugin.Name };
                Finish(profile, queued, reservation, status);
                return new AttemptResult(queued, Decision.None, null, status);
            }
        }

        WaitingPod? waiting = null;
        foreach (IPermitPlugin plugin in profile.Permit)
        {
            PermitResult permit = plugin.Permit(reservation);
            if (permit.Status.Code == StatusCode.Wait)
            {
                TimeSpan timeout = permit.Timeout < IPermitPlugin.MaxTimeout ? permit.Timeout : IPermitPlugin.MaxTimeout;
                waiting ??= new WaitingPod(profile, queued, reservation);
                waiting.HeldBy[plugin.Name] = _time.GetUtcNow() + timeout;
            }
            else if (!permit.Status.IsSuccess)
            {
                Status status = permit.Status with { Plugin = plugin.Name };
                Finish(profile, queued, reservation, status);
                return new AttemptResult(queued, Decision.None, null, status);
            }
        }

        if (waiting is not null)
        {
            _waiting.Add(queued.Pod, waiting);
        }
        else
        {
            _bindings.Start(this, profile, queued, reservation);
        }

        return new AttemptResult(queued, decision, null, Status.Success);
    }

    private AttemptResult Reject(Profile profile, Evaluator evaluator, QueuedPodInfo queued, long attempt)
    {
        FitError error = evaluator.Explain(queued.Class, Cluster.Working, attempt);
        if (error.Rejections is { } rejections)
        {
            PluginContext context = new(queued.Class, null, Cluster.Working, attempt);
            foreach (IPostFilterPlugin plugin in profile.PostFilter)
            {
                PostFilterResult result = plugin.PostFilter(queued.Pod, context, rejections);
                if (result.Status.Reason is { } reason)
                {
                    error = error with { PostFilterMessage = reason };
                }

                if (result.Status.Code != StatusCode.Unschedulable)
                {
                    break;
                }
            }
        }

        Queue.Reject(queued, error.Plugins);
        return new AttemptResult(queued, Decision.None, error, new Status(StatusCode.Unschedulable, error.Message));
    }

    private void TakeBack(Profile profile, NodeReservation reservation)
    {
        for (int i = profile.Reserve.Length - 1; i >= 0; i--)
        {
            profile.Reserve[i].Unreserve(reservation);
        }

        if (Cluster.Working.Directory.TryFind(reservation.Node.Name, out int node))
        {
            // Other pods may have been waiting for just this room. Where the node went and came back, the pod's place went with it.
            Release(node, reservation.Pod, reservation.Class);
        }
    }
}
