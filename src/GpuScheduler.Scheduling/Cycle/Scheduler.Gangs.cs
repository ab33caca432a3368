using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
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

    /// <summary>Pods that gave their places back, and of which whoever drives the scheduler has not heard.</summary>
    private readonly Queue<PodRelease> _releases = new();

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

    /// <summary>A pod that is seen only after it has succeeded, as by a new leader: where its gang counts such pods, it is known from now on.</summary>
    public void NoteSucceeded(Pod pod)
    {
        if (IsMember(pod) && GangKinds.CountsSucceeded(pod.Gang!.Gang.Kind) && Gangs.Find(pod) is null)
        {
            QueuedPodInfo queued = new(pod, Cluster.Classes.Intern(pod.Spec), _time.GetUtcNow());
            GangPod member = Gangs.Add(queued, GangPodState.Succeeded, "", out IReadOnlyCollection<GangUnit> others);
            Review(member.Gang, isNews: true);
            ReviewAll(others);
        }
    }

    /// <summary>Takes the next pods to evict: to be asked after each call that ends something.</summary>
    public bool TryTakeEviction([NotNullWhen(true)] out GangEviction? eviction) => _evictions.TryDequeue(out eviction);

    /// <summary>Takes the next pod that gave its place back without its driver's doing: to be asked after each call that ends something.</summary>
    public bool TryTakeRelease([NotNullWhen(true)] out PodRelease? release) => _releases.TryDequeue(out release);

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
        Gangs.NoteNewcomer(member.Gang);
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

    private void SucceedMember(GangPod member)
    {
        GangUnit gang = member.Gang;
        gang.Set(member, GangPodState.Succeeded, "");
        AfterLoss(gang);
        Review(gang, isNews: true);
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
        if (!waitsForRoom)
        {
            gang.RipeAt = null;
            EndReservation(gang);
        }

        if (gang.Wait.Length > 0 && Nominations.Count > 0)
        {
            // It is not tried while it lacks more than room, and would not use what is held.
            foreach (GangPod pod in gang.Pods)
            {
                Nominations.Remove(pod.Pod);
            }
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
            first.Class, first.Queued.InitialAttempt)
        { Gang = new QueuedGang(gang.Key) };
        if (waitsForRoom && gang.RipeAt is null)
        {
            WaitAnew(gang);
        }

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
}
