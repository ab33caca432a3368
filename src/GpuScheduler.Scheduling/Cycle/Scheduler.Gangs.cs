using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>
/// Gangs: all waiting pods of one are tried together. Either at least its minimum gets places in one step, or nobody holds anything; so no gang ever holds
/// places while it waits for more, and two of them cannot block each other.
/// </content>
public sealed partial class Scheduler
{
    private readonly Queue<GangEviction> _evictions = new();

    /// <summary>Pods that gave their places back because others of their gang failed, and of which whoever drives the scheduler has not heard.</summary>
    private readonly Queue<Pod> _releases = new();

    /// <summary>Gangs that are being bound and whose minimum is not bound yet.</summary>
    private readonly List<GangUnit> _starting = [];

    /// <summary>The gangs and their pods.</summary>
    public GangTable Gangs { get; } = new();

    /// <summary>An object that states a gang, or a part of one: new or changed.</summary>
    public void SetGang(GangObject stated)
    {
        ReviewAll(Gangs.Set(stated));
    }

    /// <summary>An object that stated a gang is gone. Pods of it that hold places keep them; those that wait wait for it to come back.</summary>
    public void RemoveGang(GangKey key)
    {
        ReviewAll(Gangs.Remove(key));
    }

    /// <summary>Levels of the topology that come from elsewhere than node labels.</summary>
    public void SetTopology(TopologyOverlay overlay)
    {
        foreach ((_, _, GangPlacer? placer) in _profiles.Values)
        {
            placer?.Overlay = overlay;
        }
    }

    /// <summary>
    /// Takes in what API objects state of levels and domains, in place of what was taken in before. To be told again where nodes come, go or change their labels,
    /// as sets of nodes depend on them.
    /// </summary>
    /// <returns>What is wrong with the objects, a sentence each.</returns>
    public ImmutableArray<string> SetTopology(TopologyObjects objects)
    {
        List<Node> nodes = new(Cluster.Working.NodeCount);
        foreach (Block block in Cluster.Working.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                nodes.Add(block.Nodes[lane]);
            }
        }

        ObjectTopology topology = objects.On(nodes);
        foreach ((Profile profile, _, GangPlacer? placer) in _profiles.Values)
        {
            if (placer is not null && GangArgsOf(profile) is { } args)
            {
                placer.Levels = topology.LevelsAmong(objects.LabelLevels(args.TopologyLevels), nodes);
                placer.Overlay = topology.Overlay;
            }
        }

        foreach (GangUnit gang in Gangs.Gangs.ToArray())
        {
            Review(gang, isNews: true);
        }

        return topology.Problems;
    }

    /// <summary>Takes the next pods to evict: to be asked after each call that ends something.</summary>
    public bool TryTakeEviction([NotNullWhen(true)] out GangEviction? eviction) => _evictions.TryDequeue(out eviction);

    /// <summary>Takes the next pod that waits again because another of its gang failed: to be asked after each call that ends something.</summary>
    public bool TryTakeRelease([NotNullWhen(true)] out Pod? pod) => _releases.TryDequeue(out pod);

    /// <summary>Checks that gangs, held pods, queue and state tell the same story.</summary>
    /// <exception cref="InvalidOperationException">An invariant is broken.</exception>
    public void AssertInvariants()
    {
        Gangs.AssertInvariants();
        Cluster.Working.AssertInvariants();
        foreach (HeldPod held in _held.Values)
        {
            Require(held.Member is null || Gangs.Find(held.Queued.Pod) == held.Member, held.Queued.Pod, "it holds a place and its gang does not know it");
        }

        foreach (GangUnit gang in Gangs.Gangs)
        {
            foreach (GangPod pod in gang.Pods)
            {
                Require(pod.State != GangPodState.Held || IsHeld(pod.Pod), pod.Pod, "its gang takes it to hold a place, and it does not");
                Require(pod.State is GangPodState.Held or GangPodState.Leaving || !IsHeld(pod.Pod), pod.Pod, $"it holds a place, and its gang takes it to be {pod.State}");
            }

            bool waits = gang.CountOf(GangPodState.Pending) + gang.CountOf(GangPodState.Gated) > 0;
            Require(gang.Entry is { } entry ? waits == Queue.Knows(entry.Pod) : !waits, gang.Pods[0].Pod, "its gang waits and is not in the queue, or the other way round");
        }

        static void Require(bool holds, Pod pod, string what)
        {
            if (!holds)
            {
                throw new InvalidOperationException($"pod {pod}: {what}");
            }
        }
    }

    private static GangSchedulingArgs? GangArgsOf(Profile profile) => PluginOf(profile)?.Args;

    private static IGangSchedulingPlugin? PluginOf(Profile profile) => profile.PreEnqueue.OfType<IGangSchedulingPlugin>().FirstOrDefault();

    /// <summary>True where the pod is placed with its gang. Pods of a scheduler that is not ours are, where they are bound, part of theirs.</summary>
    private bool IsMember(Pod pod) =>
        pod.Gang is not null && (!_profiles.TryGetValue(pod.Spec.SchedulerName, out (Profile, Evaluator, GangPlacer? Placer) profile) || profile.Placer is not null);

    private void EnqueueMember(Pod pod, PodClass podClass)
    {
        bool isGated = false;
        foreach (IPreEnqueuePlugin plugin in _profiles[pod.Spec.SchedulerName].Profile.PreEnqueue)
        {
            isGated |= !plugin.PreEnqueue(pod).IsSuccess;
        }

        GangPod member = Gangs.Add(
            new QueuedPodInfo(pod, podClass, _time.GetUtcNow()), isGated ? GangPodState.Gated : GangPodState.Pending, "", out IReadOnlyCollection<GangUnit> others);
        Review(member.Gang, isNews: true);
        ReviewAll(others);
    }

    private void AdoptMember(Pod pod, PodClass podClass, string node)
    {
        GangPod? member = Gangs.Find(pod);
        if (member is null)
        {
            member = Gangs.Add(new QueuedPodInfo(pod, podClass, _time.GetUtcNow()), GangPodState.Bound, node, out IReadOnlyCollection<GangUnit> others);
            ReviewAll(others);
        }
        else if (member.State is GangPodState.Bound or GangPodState.Leaving)
        {
            member.Gang.Set(member, member.State, node);
        }

        Review(member.Gang, isNews: false);
    }

    private void RemoveMember(GangPod member)
    {
        GangUnit gang = member.Gang;
        IReadOnlyCollection<GangUnit> others = Gangs.Remove(member);
        gang.Unstarted.RemoveAll(h => h.Member == member);
        if (gang.Pods.Count > 0)
        {
            AfterLoss(gang);
        }

        Review(gang, isNews: false);
        ReviewAll(others);
    }

    private void ReviewAll(IReadOnlyCollection<GangUnit> gangs)
    {
        foreach (GangUnit gang in gangs)
        {
            NoteStarting(gang);
            Review(gang, isNews: true);
        }
    }

    /// <summary>Finds out what a gang waits for now, and sees to its place in the queue.</summary>
    /// <param name="gang">The gang.</param>
    /// <param name="isNews">True where its next attempt may end otherwise than the last because of what came.</param>
    private void Review(GangUnit gang, bool isNews)
    {
        NoteStarted(gang);
        Gangs.Review(gang);
        GangPod? first = null;
        foreach (GangPod pod in gang.Pods)
        {
            if (pod.State is GangPodState.Pending or GangPodState.Gated)
            {
                first = pod;
                break;
            }
        }

        bool waitsForRoom = first is not null && gang.Wait.Length == 0 && gang.PlacedCount == 0;
        gang.ReadySince = waitsForRoom ? gang.ReadySince ?? _time.GetUtcNow() : null;
        if (!waitsForRoom)
        {
            EndReservation(gang);
        }

        if (first is null)
        {
            if (gang.Entry is { } idle)
            {
                Queue.Remove(idle.Pod);
            }

            return;
        }

        if (gang.Entry is { } known && known.Class.Spec.SchedulerName != first.Class.Spec.SchedulerName)
        {
            Queue.Remove(known.Pod);
            gang.Entry = null;
        }

        QueuedPodInfo entry = gang.Entry ??= new QueuedPodInfo(
            new Pod { Namespace = gang.Key.Namespace, Name = gang.Key.Name, Uid = gang.Stated?.Root.Uid ?? "", Spec = first.Pod.Spec, Priority = gang.Priority },
            first.Class, first.Queued.InitialAttempt) { Gang = new QueuedGang(gang.Key) };
        bool isReady = gang.Wait.Length == 0;
        if (isReady)
        {
            List<QueuedPodInfo> waiting = new(gang.CountOf(GangPodState.Pending));
            foreach (GangPod pod in gang.Pods)
            {
                if (pod.State == GangPodState.Pending)
                {
                    waiting.Add(pod.Queued);
                }
            }

            (entry.Gang!.Pods, entry.Gang.Kinds) = (waiting, [.. waiting.DistinctBy(q => q.Class)]);
        }

        Queue.SetGang(entry, gang.Priority, isReady, isNews);
    }

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
            Nominations.Remove(member.Pod);
            gang.Set(member, state, Cluster.Working.NodeAt(placed.Node).Name);
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

    /// <summary>The outcome of the binding cycle of a pod of a gang.</summary>
    private void FinishMember(GangPod member, HeldPod held, Status status)
    {
        GangUnit gang = member.Gang;
        if (status.IsSuccess)
        {
            if (member.State == GangPodState.Leaving)
            {
                _evictions.Enqueue(new GangEviction(gang.Key, [member.Pod], "its gang gave up while this pod was being bound"));
                return;
            }

            gang.Set(member, GangPodState.Bound, member.Node);
            NoteStarted(gang);
            return;
        }

        Back(member, held);
        AfterLoss(gang);
        Queue.Return(gang.Entry!, !status.IsRejected ? null : status.Plugin is { } plugin ? [plugin] : []);
        Review(gang, isNews: false);
    }

    /// <summary>A pod that held a place waits again.</summary>
    private void Back(GangPod member, HeldPod held)
    {
        TakeBack(held);
        member.Gang.Unstarted.Remove(held);
        member.Gang.Set(member, GangPodState.Pending, "");
        member.Queued.Timestamp = _time.GetUtcNow();
    }

    /// <summary>A gang lost a pod that held a place. Where its minimum is not bound and no longer whole, what is not on its way yet gives its place back too.</summary>
    private void AfterLoss(GangUnit gang)
    {
        if (!gang.IsStarted && !gang.IsWhole)
        {
            ReleaseUnsent(gang);
        }

        StartWhereAllowed(gang);
        if (gang.PlacedCount == 0)
        {
            (gang.IsStarted, gang.StartingSince) = (false, null);
        }
    }

    private void ReleaseUnsent(GangUnit gang)
    {
        foreach (GangPod pod in gang.Pods)
        {
            if (pod.State == GangPodState.Held && _held.TryGetValue(pod.Pod, out HeldPod? held) && (!held.IsStarted || _bindings.TryTakeBack(held.Queued)))
            {
                Unhold(pod.Pod, out _);
                Back(pod, held);
                _releases.Enqueue(pod.Pod);
            }
        }
    }

    /// <summary>Starts the binding cycles of all that wait for it, once Permit lets the last of them go.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A pipeline that throws has not taken the pod over.")]
    private void StartWhereAllowed(GangUnit gang)
    {
        if (gang.Unstarted.Count == 0 || gang.Unstarted.Exists(h => h.WaitsFor.Count > 0))
        {
            return;
        }

        if (!gang.IsStarted && gang.StartingSince is null)
        {
            gang.StartingSince = _time.GetUtcNow();
            NoteStarting(gang);
        }

        HeldPod[] starting = [.. gang.Unstarted];
        gang.Unstarted.Clear();
        foreach (HeldPod held in starting)
        {
            // One that failed at once may have taken others with it.
            if (_held.GetValueOrDefault(held.Queued.Pod) != held)
            {
                continue;
            }

            held.IsStarted = true;
            try
            {
                _bindings.Start(this, held.Profile, held.Queued, held.Reservation);
            }
            catch (Exception e)
            {
                Finish(held.Queued, Status.Error($"its binding could not be started: {e}"));
            }
        }
    }

    /// <summary>From now on somebody looks whether a gang that is being bound is bound in time.</summary>
    private void NoteStarting(GangUnit gang)
    {
        if (gang.StartingSince is not null && !_starting.Contains(gang))
        {
            _starting.Add(gang);
        }
    }

    /// <summary>The gang ran if its minimum is bound.</summary>
    private static void NoteStarted(GangUnit gang)
    {
        if (!gang.IsStarted && gang.IsMinimumBound)
        {
            (gang.IsStarted, gang.StartingSince) = (true, null);
        }
    }

    private void ExpireGangs(DateTimeOffset now)
    {
        for (int i = _starting.Count - 1; i >= 0; i--)
        {
            GangUnit gang = _starting[i];
            TimeSpan limit = gang.Stated?.Root.Timeout ?? TimeoutOf(gang);
            if (gang.StartingSince is null || gang.Pods.Count == 0)
            {
                _starting.RemoveAt(i);
            }
            else if (gang.IsUnderRepair && gang.StartingSince + limit <= now)
            {
                _starting.RemoveAt(i);
                GiveUp(gang, string.Create(CultureInfo.InvariantCulture, $"not all that it needs was bound within {limit.TotalSeconds:0.#} s"));
            }
        }
    }

    private TimeSpan TimeoutOf(GangUnit gang)
    {
        string name = gang.Pods.Count == 0 ? "" : gang.Pods[0].Class.Spec.SchedulerName;
        return (_profiles.TryGetValue(name, out (Profile Profile, Evaluator, GangPlacer?) profile) ? GangArgsOf(profile.Profile) : null)?.StartTimeout
            ?? new GangSchedulingArgs().StartTimeout;
    }

    /// <summary>The gang can no longer be completed: what of it is bound has to go, and it waits as a whole.</summary>
    private void GiveUp(GangUnit gang, string why)
    {
        ReleaseUnsent(gang);
        ImmutableArray<Pod>.Builder bound = ImmutableArray.CreateBuilder<Pod>();
        foreach (GangPod pod in gang.Pods)
        {
            if (pod.State == GangPodState.Bound)
            {
                bound.Add(pod.Pod);
            }

            if (pod.IsPlaced)
            {
                gang.Set(pod, GangPodState.Leaving, pod.Node);
            }
        }

        gang.StartingSince = null;
        if (bound.Count > 0)
        {
            _evictions.Enqueue(new GangEviction(gang.Key, bound.ToImmutable(), why));
        }

        Review(gang, isNews: false);
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
