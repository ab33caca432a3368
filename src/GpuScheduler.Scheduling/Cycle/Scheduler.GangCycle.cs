using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>The cycle of a gang: all of its waiting pods get places and pass Reserve and Permit, or none does.</content>
public sealed partial class Scheduler
{
    [SuppressMessage("Design", "CA1031", Justification = "Plugins are others' code; the status carries the exception to whoever logs.")]
    private AttemptResult ScheduleGang(QueuedPodInfo entry, Profile profile, Evaluator evaluator, GangPlacer placer, long attempt)
    {
        GangUnit gang = Gangs.Find(entry.Gang!.Key)!;
        IReadOnlyList<QueuedPodInfo> waiting = entry.Gang.Pods;
        foreach (QueuedPodInfo pod in waiting)
        {
            pod.Attempts++;
            pod.WaitedSince = pod.Timestamp;
        }

        LiftRoomOf(waiting);
        int mark = Cluster.Working.Mark();
        List<HeldPod> holds = [];
        try
        {
            ExpireReservations();

            // A gang that is being repaired may use any room: it would be evicted otherwise.
            GangPlacement placement = placer.Place(
                gang.Unit(Cluster.Working.Directory), Cluster.Working, attempt, gang.IsUnderRepair ? null : OthersThanReserved(entry));
            if (placement.Outcome != GangOutcome.Placed && Nominations.Count > 0)
            {
                // Room that is held for others of lower priority may be taken where nothing else is left.
                Nominations.LiftBelow(gang.Priority);
                mark = Cluster.Working.Mark();
                placement = placer.Place(gang.Unit(Cluster.Working.Directory), Cluster.Working, attempt, gang.IsUnderRepair ? null : OthersThanReserved(entry));
            }

            placement = placement with { Members = placement.Members.RemoveAll(m => m.Member.IsPlaced) };
            if (placement.Outcome != GangOutcome.Placed || placement.Members.IsEmpty)
            {
                return RejectGang(gang, entry, profile, evaluator, placer, placement, attempt);
            }

            if (!IsBinding(profile) && HoldAll(profile, placement, holds) is { IsSuccess: false } status)
            {
                LetGo(holds, mark);
                return FailGang(gang, entry, placement, status);
            }

            return AcceptGang(gang, entry, evaluator, placement, holds);
        }
        catch (Exception e)
        {
            LetGo(holds, mark);
            foreach (QueuedPodInfo kind in entry.Gang.Kinds)
            {
                evaluator.Forget(kind.Class);
            }

            return FailGang(gang, entry, new GangPlacement(GangOutcome.CannotFit, []), Status.Error($"a plugin failed: {e}"));
        }
    }

    /// <summary>All of them hold their places and have passed Reserve and Permit; or the first failure, after which the caller lets go of all.</summary>
    private Status HoldAll(Profile profile, GangPlacement placement, List<HeldPod> holds)
    {
        foreach (MemberPlacement placed in placement.Members)
        {
            GangPod member = Gangs.Find(placed.Member.Pod)!;
            HeldPod held = new(profile, member.Queued, new NodeReservation(member.Pod, member.Class, Cluster.Working.NodeAt(placed.Node), placed.Devices)) { Member = member };
            _held.Add(member.Pod, held);
            holds.Add(held);
            if (Reserve(held) is { IsSuccess: false } reserve)
            {
                return reserve;
            }
        }

        foreach (HeldPod held in holds)
        {
            if (Permit(held) is { IsSuccess: false } permit)
            {
                return permit;
            }
        }

        return Status.Success;
    }

    private void LetGo(List<HeldPod> holds, int mark)
    {
        for (int i = holds.Count - 1; i >= 0; i--)
        {
            Unhold(holds[i].Queued.Pod, out _);
            Unreserve(holds[i]);
        }

        Cluster.Working.RollBack(mark);
    }

    private AttemptResult AcceptGang(GangUnit gang, QueuedPodInfo entry, Evaluator evaluator, GangPlacement placement, List<HeldPod> holds)
    {
        (entry.UnschedulableCount, entry.ConsecutiveErrors) = (0, 0);
        GangPodState state = holds.Count == 0 ? GangPodState.Bound : GangPodState.Held;
        ImmutableArray<AttemptResult>.Builder members = ImmutableArray.CreateBuilder<AttemptResult>(entry.Gang!.Pods.Count);
        foreach (MemberPlacement placed in placement.Members)
        {
            GangPod member = Gangs.Find(placed.Member.Pod)!;
            string node = Cluster.Working.NodeAt(placed.Node).Name;
            Nominations.Remove(member.Pod, node);
            gang.Set(member, state, node);
            members.Add(new AttemptResult(member.Queued, new Decision(placed.Node, placed.Devices, 0), null, Status.Success));
        }

        if (gang.CountOf(GangPodState.Pending) > 0)
        {
            FitError error = ErrorOf(evaluator, entry, "what the gang needs is placed, and there is no room for this pod with it");
            members.AddRange(Rejected(entry, error));
            Queue.Reject(entry, MayReject(entry, evaluator));
        }
        else
        {
            Queue.Done(entry);
        }

        Review(gang, isNews: false);
        gang.Unstarted.AddRange(holds);
        StartWhereAllowed(gang);
        return new AttemptResult(entry, Decision.None, null, Status.Success) { Gang = new GangAttempt(gang, placement, members.ToImmutable()) };
    }

    private AttemptResult RejectGang(
        GangUnit gang, QueuedPodInfo entry, Profile profile, Evaluator evaluator, GangPlacer placer, GangPlacement placement, long attempt)
    {
        string message = placement.Outcome == GangOutcome.Placed ? "what the gang needs is placed, and there is no room for more" : placement.Message;
        FitError error = ErrorOf(evaluator, entry, message);
        bool needsRoom = placement.Outcome != GangOutcome.Placed && !gang.IsUnderRepair;
        PreemptionPlan? plan = needsRoom ? MakeRoomForGang(gang, entry, profile, evaluator, placer, attempt, ref error) : null;
        ImmutableArray<AttemptResult> members = [.. Rejected(entry, error)];
        Queue.Reject(entry, MayReject(entry, evaluator));
        if (gang.IsUnderRepair)
        {
            GiveUp(gang, $"pods that it needs could not be bound, and there is no other room for them: {message}");
        }

        Reserve(gang, profile, placer, attempt);
        return new AttemptResult(entry, Decision.None, error, new Status(StatusCode.Unschedulable, error.Message))
        {
            Gang = new GangAttempt(gang, placement, members),
            Preemption = plan,
            HasTriedToPreempt = needsRoom && _evictor is not null,
        };
    }

    private AttemptResult FailGang(GangUnit gang, QueuedPodInfo entry, GangPlacement placement, Status status)
    {
        ImmutableArray<AttemptResult> members = [.. entry.Gang!.Pods.Select(p => new AttemptResult(p, Decision.None, null, status))];
        NoteFailure(entry, status.IsRejected);
        if (status.IsRejected)
        {
            Queue.Reject(entry, status.Plugin is { } plugin ? [plugin] : []);
        }
        else
        {
            Queue.Retry(entry);
        }

        return new AttemptResult(entry, Decision.None, null, status) { Gang = new GangAttempt(gang, placement with { Members = [] }, members) };
    }

    private IEnumerable<AttemptResult> Rejected(QueuedPodInfo entry, FitError error)
    {
        NoteFailure(entry, isRejection: true);
        Status status = new(StatusCode.Unschedulable, error.Message);
        return entry.Gang!.Pods.Where(p => Gangs.Find(p.Pod) is { State: GangPodState.Pending }).Select(p => new AttemptResult(p, Decision.None, error, status));
    }

    private void NoteFailure(QueuedPodInfo entry, bool isRejection)
    {
        DateTimeOffset now = _time.GetUtcNow();
        foreach (QueuedPodInfo pod in entry.Gang!.Pods)
        {
            if (Gangs.Find(pod.Pod) is not { State: GangPodState.Pending })
            {
                continue;
            }

            pod.Timestamp = now;
            pod.UnschedulableCount += isRejection ? 1 : 0;
            pod.ConsecutiveErrors = isRejection ? 0 : pod.ConsecutiveErrors + 1;
        }
    }

    private FitError ErrorOf(Evaluator evaluator, QueuedPodInfo entry, string message) =>
        new(Cluster.Working.NodeCount, new Status(StatusCode.Unschedulable, message, GangPluginName(entry)), null);

    private string GangPluginName(QueuedPodInfo entry) => PluginOf(_profiles[entry.Class.Spec.SchedulerName].Profile)!.Name;

    /// <summary>Whose events the gang waits for: those of all filters that its pods go through, and of the gang plugin.</summary>
    private string[] MayReject(QueuedPodInfo entry, Evaluator evaluator) =>
        [.. entry.Gang!.Kinds.SelectMany(k => evaluator.MayReject(k.Class, Cluster.Working)).Append(GangPluginName(entry)).Distinct()];
}
