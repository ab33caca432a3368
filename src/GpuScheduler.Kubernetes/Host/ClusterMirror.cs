using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Keeps queue and snapshot equal to the API: every pod and node that the API shows, each in the one state that follows from it.
/// The API is the truth; what we decided and it does not show yet is assumed. One thread.
/// </summary>
internal sealed partial class ClusterMirror
{
    private readonly Scheduler _scheduler;
    private readonly IMirrorObserver _observer;

    /// <summary>By UID: a pod that is deleted and created again is another one.</summary>
    private readonly Dictionary<string, PodRecord> _pods = new(StringComparer.Ordinal);

    /// <summary>Pods that gave their places back, with the nodes where they were, until that is told.</summary>
    private readonly Queue<(PodRecord Record, string Node, PodRelease Release)> _released = new();

    private readonly TimeProvider _time;

    public ClusterMirror(Scheduler scheduler, IMirrorObserver observer, ClaimTable claims, VolumeTable volumes, TimeProvider time)
    {
        _scheduler = scheduler;
        _observer = observer;
        _claims = claims;
        _volumes = volumes;
        _claimed = new ClaimedPods(claims, FindNode);
        _time = time;
    }

    /// <summary>Told of the class of each pod that comes to be scheduled; null: nobody asks.</summary>
    public Action<PodClass>? Arrived { get; init; }

    /// <summary>Told of the class of each bound pod that ends; null: nobody asks.</summary>
    public Action<PodClass>? Left { get; init; }

    /// <summary>How many pods the API shows.</summary>
    public int PodCount => _pods.Count;

    /// <summary>All that is known of pods, in no order.</summary>
    public IReadOnlyCollection<PodRecord> Pods => _pods.Values;

    /// <summary>What is known of a pod; null: the API does not show it.</summary>
    public PodRecord? Find(string uid) => _pods.GetValueOrDefault(uid);

    /// <summary>The API shows this pod, new or changed. A state older than the one known is ignored.</summary>
    public void SetPod(PodObject pod)
    {
        TakeReleases();
        PodRecord? record = Find(pod.Pod.Uid);
        if (record is not null && ResourceVersions.IsOlder(pod.ResourceVersion, record.Latest.ResourceVersion))
        {
            return;
        }

        if (!pod.Pod.Claims.IsEmpty)
        {
            _claims.Unsettled.UnionWith(_claims.Refer(pod.Pod));
            pod = _claimed.Dress(pod, record);
        }

        if (!pod.Pod.Volumes.IsEmpty)
        {
            _volumes.Refer(pod.Pod);
            pod = DressVolumes(pod, record);
        }

        bool endsSooner = false;
        if (record is null)
        {
            record = new PodRecord(pod);
            _pods.Add(pod.Pod.Uid, record);
            TellProblems(record);
        }
        else
        {
            bool isNews = !record.Latest.Problems.SequenceEqual(pod.Problems);
            endsSooner = pod.Pod.ActiveDeadline < (record.Latest.Pod.ActiveDeadline ?? TimeSpan.MaxValue);
            record.Latest = pod;
            if (isNews)
            {
                TellProblems(record);
            }
        }

        if (pod.Pod.IsTerminal)
        {
            End(record);
        }
        else if (pod.Pod.BoundNode.Length > 0)
        {
            Bind(record);
        }
        else
        {
            Wait(record);
            if (endsSooner && record.State == PodState.Pending)
            {
                _scheduler.NoteSoonerEnd(record.Model);
            }
        }
    }

    /// <summary>Tells all that is known to be wrong once more: whoever led before may not have said it.</summary>
    public void TellAllProblems()
    {
        foreach (PodRecord record in _pods.Values)
        {
            TellProblems(record);
            NoteWaiting(record, isAgain: true);
            if (record is { IsPlaced: true, Holding: Holding.PartOfStated or Holding.Nothing } && PlacementOf(record) is { } placement)
            {
                TellConflict(record, new AdoptionResult(record.Holding, placement.Devices, placement.Missing));
            }
        }

        foreach (NodeObject node in _nodes.Values)
        {
            TellProblems(node);
        }
    }

    /// <summary>Holds the room again that an earlier leader had made and that the API still shows.</summary>
    public void RestoreNominations()
    {
        foreach (PodRecord record in _pods.Values.Where(r => r.State == PodState.Pending && r.Latest.Pod.NominatedNodeName.Length > 0))
        {
            _scheduler.Nominate(record.Model, record.Latest.Pod.NominatedNodeName);
        }
    }

    /// <summary>The API shows this pod no more.</summary>
    public void RemovePod(string uid)
    {
        // It may have given its place back with another of its gang that went a moment ago, and then is to be taken out of the queue.
        TakeReleases();
        _removed?.Add(uid);
        if (_pods.Remove(uid, out PodRecord? record))
        {
            bool hasEnded = record.State == PodState.Ended;
            Leave(record, PodState.Ended);
            _claims.Unrefer(record.Latest.Pod);
            _volumes.Unrefer(record.Latest.Pod);
            if (hasEnded && record.Model.Gang is not null)
            {
                // It may have counted for its gang until now.
                _scheduler.Abandon(record.Model);
            }
        }
    }

    /// <summary>A decision was made: the pod holds its place from now on, though the API does not show it yet.</summary>
    public void Assume(Pod pod, PodClass podClass, Node node, DeviceSet devices)
    {
        PodRecord record = _pods[pod.Uid];
        DeviceSet stated = StatedDevices(node, devices);
        (record.State, record.Class, record.Stated, record.IsPlaced) = (PodState.Assumed, podClass, stated, true);
        record.Holding = stated == devices ? Holding.Stated : Holding.Guessed;
        MoveTo(record, node.Name);
        TakeClaims(record);
    }

    /// <summary>What a binding to this node may promise: where the kubelet picks the devices, nothing.</summary>
    public static DeviceSet StatedDevices(Node node, DeviceSet devices) =>
        node.Regime == AllocationRegime.DevicePlugin ? DeviceSet.Empty : devices;

    /// <summary>An assumed pod gave its place back and is in the queue again.</summary>
    public void Unassume(PodRecord record)
    {
        string node = record.Node;
        GiveBack(record);
        Readopt(node);

        // It may have changed, or have been marked for deletion, while it was on its way.
        Wait(record);
    }

    private void GiveBack(PodRecord record)
    {
        record.State = PodState.Pending;
        record.IsUnresolved = false;
        record.IsPlaced = false;
        DropClaims(record);
        MoveTo(record, "");
    }

    /// <summary>Pods that gave their places back, as Permit turned them away or another of their gang failed, wait again. After each call that ends something, and before anybody compares.</summary>
    public void TakeReleases()
    {
        NoteReleases();
        while (_released.TryDequeue(out (PodRecord Record, string Node, PodRelease Release) released))
        {
            (PodRecord record, string node, PodRelease release) = released;
            Status why = release.Status ?? Status.Error("another pod of its gang could not be bound");
            record.Trace?.Finish(why, node);
            record.Trace = null;
            Readopt(node);
            if (record.State == PodState.Pending && ReferenceEquals(record.Model, release.Queued.Pod))
            {
                // It may have changed, or have been marked for deletion, while it was on its way.
                Wait(record);
                if (release.Status is not null)
                {
                    record.LastFailure = why.Reason ?? "";
                    _observer.TurnedAway(record, release.Queued, why);
                }
            }
            else if (record is { State: PodState.Bound, IsPlaced: false } && ReferenceEquals(record.Model, release.Queued.Pod))
            {
                Place(record, mayTell: true);
            }
        }
    }

    /// <summary>
    /// Those that gave their places back hold them no more. All of them before anything is placed anew: a gang gives back many at once, and one of them must not be
    /// taken for a pod that lacks its devices.
    /// </summary>
    private void NoteReleases()
    {
        while (_scheduler.TryTakeRelease(out PodRelease? release))
        {
            Pod pod = release.Queued.Pod;
            if (Find(pod.Uid) is not { State: PodState.Assumed or PodState.Bound } record || !ReferenceEquals(record.Model, pod) || _scheduler.IsHeld(pod))
            {
                continue;
            }

            _released.Enqueue((record, record.Node, release));
            if (record.State == PodState.Assumed)
            {
                GiveBack(record);
            }
            else
            {
                // Somebody else has bound it just so before our request went out: it does not wait.
                record.IsPlaced = false;
                _scheduler.Abandon(pod);
            }
        }
    }

    /// <summary>The API server said that an assumed pod is bound, but otherwise than it was assumed.</summary>
    public void FoundElsewhere(PodRecord record, string node, DeviceSet devices)
    {
        _observer.BoundElsewhere(record.Latest, node, devices, record.Node, record.Stated);
        Leave(record, PodState.Bound);
        record.Stated = devices;
        MoveTo(record, node);
        Place(record, mayTell: true);
    }

    /// <summary>The API server said that an assumed pod is gone; the watch will say so too.</summary>
    public void Forget(PodRecord record) => Leave(record, PodState.Ended);

    /// <summary>The API shows the pod bound.</summary>
    private void Bind(PodRecord record)
    {
        Pod shown = record.Latest.Pod;
        DeviceSet stated = StatedBy(record);
        PodClass podClass = _scheduler.Cluster.Classes.Intern(shown.Spec);
        switch (record.State)
        {
            case PodState.Assumed or PodState.Bound when record.Node == shown.BoundNode && record.Stated == stated
                && ReferenceEquals(record.Class, podClass):
                if (record.IsUnresolved && _scheduler.FindHeld(record.Model) is { } queued)
                {
                    // The answer was lost; here it is.
                    _scheduler.Finish(queued, Status.Success);
                    _observer.Scheduled(record, queued, record.Node, record.Stated);
                }

                record.Confirm();
                return;
            case PodState.Assumed:
                _observer.BoundElsewhere(record.Latest, shown.BoundNode, shown.BoundDevices, record.Node, record.Stated);
                break;
        }

        Leave(record, PodState.Bound);
        record.Model = shown;
        record.Class = podClass;
        record.Stated = stated;
        MoveTo(record, shown.BoundNode);
        Place(record, mayTell: true);
        if (record.IsPlaced)
        {
            _scheduler.Queue.Move(new ClusterChange(new ClusterEvent(EventResource.AssignedPod, ActionTypes.Add)) { Pod = shown, PodClass = podClass });
        }
    }

    /// <summary>The API shows the pod without a node.</summary>
    private void Wait(PodRecord record)
    {
        if (record.State is PodState.Assumed or PodState.Bound)
        {
            // The answer to the bind, or the watch, says more than this state from before it.
            return;
        }

        PodObject pod = record.Latest;
        bool isOurs = _scheduler.Serves(pod.Pod.Spec.SchedulerName) && !pod.IsDeleting && pod.Problems.IsEmpty && pod.Waits.Length == 0;
        NoteWaiting(record);
        if (record.State == PodState.Pending && isOurs && IsAlike(record, pod.Pod))
        {
            return;
        }

        Leave(record, PodState.Ignored);
        if (isOurs)
        {
            record.Model = pod.Pod;
            record.Class = _scheduler.Cluster.Classes.Intern(pod.Pod.Spec);
            record.State = PodState.Pending;
            Arrived?.Invoke(record.Class);
            _scheduler.Enqueue(pod.Pod);
        }
    }

    /// <summary>The API shows that the pod has ended. Where it has succeeded its gang may still count it.</summary>
    private void End(PodRecord record)
    {
        Leave(record, PodState.Ended);
        if (record.Latest.Pod is { HasSucceeded: true, Gang: not null } && _scheduler.Gangs.Find(record.Model) is null)
        {
            record.Model = record.Latest.Pod;
            _scheduler.NoteSucceeded(record.Model);
        }
    }

    /// <summary>Takes the pod out of queue and snapshot, wherever it is.</summary>
    private void Leave(PodRecord record, PodState next)
    {
        PodState before = record.State;
        record.State = next;
        record.IsUnresolved = false;
        bool wasPlaced = record.IsPlaced;
        record.IsPlaced = false;
        DropClaims(record);
        string node = record.Node;
        MoveTo(record, "");
        if (before == PodState.Pending || _scheduler.IsHeld(record.Model))
        {
            _scheduler.Abandon(record.Model);
        }
        else if (wasPlaced && _scheduler.Cluster.Working.Directory.TryFind(node, out int index))
        {
            _scheduler.Release(index, record.Model, record.Class!, hasSucceeded: next == PodState.Ended && record.Latest.Pod.HasSucceeded);
        }

        if (wasPlaced)
        {
            if (before == PodState.Bound && next == PodState.Ended)
            {
                Left?.Invoke(record.Class!);
            }

            Readopt(node);
        }
    }

    private void TellProblems(PodRecord record)
    {
        PodObject pod = record.Latest;
        if (pod.Pod.BoundNode.Length == 0 && !_scheduler.Serves(pod.Pod.Spec.SchedulerName))
        {
            // Another scheduler's business, and it may well know better.
            return;
        }

        foreach (string problem in pod.Problems)
        {
            _observer.PodProblem(record, ProblemKind.InvalidRequest, problem);
        }

        if (pod.Pod.BoundNode.Length == 0 && pod.Problems.IsEmpty && Disregard.Of(pod.Pod.NotRegarded) is var (kind, message))
        {
            _observer.PodProblem(record, kind, message);
        }
    }

    private bool IsAlike(PodRecord record, Pod now)
    {
        Pod before = record.Model;
        return before.Priority == now.Priority && (before.Gang?.IsLike(now.Gang) ?? now.Gang is null) && before.SchedulingGates.AsSpan().SequenceEqual(now.SchedulingGates.AsSpan())
            && (ReferenceEquals(before.Labels, now.Labels) || (before.Labels.Count == now.Labels.Count && before.Labels.SequenceEqual(now.Labels)))
            && before.Claims.AsSpan().SequenceEqual(now.Claims.AsSpan())
            && ReferenceEquals(record.Class, _scheduler.Cluster.Classes.Intern(now.Spec));
    }
}
