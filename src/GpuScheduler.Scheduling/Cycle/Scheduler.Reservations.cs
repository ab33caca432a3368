using System.Numerics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>
/// Reservations: a gang that has waited for too long has nodes kept for it. It is a mask over decisions, not a change of state, so nothing that is
/// remembered of classes becomes wrong: only where the best of all nodes is a reserved one, the best of the others is looked for.
/// </content>
public sealed partial class Scheduler
{
    private readonly List<GangReservation> _reservations = [];
    private readonly NodeSet _others = new();

    /// <summary>When gangs will have waited for long enough, unless they wait no more by then.</summary>
    private readonly PriorityQueue<GangUnit, DateTimeOffset> _ripening = new();

    /// <summary>
    /// When a pod ends at the latest, as far as whoever drives the scheduler knows: of a pod that waits, if it was placed now. Null: nobody knows.
    /// </summary>
    public Func<Pod, DateTimeOffset?> EndOf { get; init; } = static _ => null;

    /// <summary>A pod that waits will end sooner than <see cref="EndOf"/> said before: it may fit beside a reservation now.</summary>
    public void NoteSoonerEnd(Pod pod)
    {
        if (_reservations.Count > 0)
        {
            Queue.Wake(Gangs.Find(pod)?.Gang.Entry?.Pod ?? pod);
        }
    }

    /// <summary>When <see cref="ScheduleOne"/> will next have something to do without any event, or null.</summary>
    public DateTimeOffset? NextWakeUp() =>
        _ripening.TryPeek(out _, out DateTimeOffset ripe) && !(Queue.NextWakeUp() <= ripe) ? ripe : Queue.NextWakeUp();

    /// <summary>What is reserved for gangs that have waited for too long.</summary>
    public IReadOnlyList<GangReservation> Reservations => _reservations;

    /// <summary>The best node that is not kept for somebody else, nor barred.</summary>
    private Decision DecideAround(Evaluator evaluator, QueuedPodInfo queued, NodeSet? barred, long attempt)
    {
        if (_reservations.Count > 0)
        {
            ExpireReservations();
        }

        Decision decision = evaluator.Decide(queued.Class, Cluster.Working, attempt);
        NodeSet? open = _reservations.Count == 0 ? null : OthersThanReserved(queued);
        open = barred is null ? open : NodeSet.Without(open, barred, Cluster.Working);
        return decision.IsFound && open is { } others && !others.Contains(decision.Node)
            ? evaluator.Decide(queued.Class, Cluster.Working, attempt, others)
            : decision;
    }

    /// <summary>The nodes that a pod or gang may use; null: all. Valid until the next call.</summary>
    private NodeSet? OthersThanReserved(QueuedPodInfo queued)
    {
        bool any = false;
        foreach (GangReservation reservation in _reservations)
        {
            if (!KeepsOut(reservation, queued))
            {
                continue;
            }

            NodeSet nodes = reservation.NodesIn(Cluster.Working);
            for (int b = 0; b < Cluster.Working.Blocks.Length; b++)
            {
                _others[b] = (any ? _others[b] : ulong.MaxValue) & ~nodes[b];
            }

            any = true;
        }

        return any ? _others : null;
    }

    /// <summary>Higher priority is kept out of nothing; the rest of what might delay the gang, as it ends too late and the gang cannot evict it.</summary>
    private bool KeepsOut(GangReservation reservation, QueuedPodInfo queued) =>
        queued.Priority <= reservation.Gang.Priority && queued != reservation.Gang.Entry && !EndsBefore(queued, reservation.ReadyAt)
        && !(queued.Priority < reservation.Gang.Priority && MayEvict(reservation.Gang));

    private bool MayEvict(GangUnit gang) => _evictor is not null && gang.Stated is { Root.NeverPreempts: false }
        && _profiles[gang.Entry!.Class.Spec.SchedulerName].Profile.PostFilter.Any(p => p is IPreemptionPlugin);

    private bool EndsBefore(QueuedPodInfo queued, DateTimeOffset? readyAt)
    {
        if (readyAt is null)
        {
            return false;
        }

        if (queued.Gang is not { } gang)
        {
            return EndOf(queued.Pod) <= readyAt;
        }

        foreach (QueuedPodInfo pod in gang.Pods)
        {
            if (!(EndOf(pod.Pod) <= readyAt))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Says of an error that reserved nodes would have had room, so that the end of the reservation wakes the pod.</summary>
    private FitError WithReserved(FitError error, Evaluator evaluator, QueuedPodInfo queued)
    {
        foreach (GangReservation reservation in _reservations)
        {
            if (KeepsOut(reservation, queued) && evaluator.CountFeasible(queued.Class, Cluster.Working, reservation.NodesIn(Cluster.Working)) is > 0 and var nodes)
            {
                return error with { Withheld = error.Withheld.Add(new WithheldNodes(nodes, $"node(s) are reserved for {reservation.Gang.Key}", GangPluginName(reservation.Gang.Entry!))) };
            }
        }

        return error;
    }

    /// <summary>A gang did not fit: if it has waited for too long, nodes are kept for it from now on.</summary>
    private void Reserve(GangUnit gang, Profile profile, GangPlacer placer, long attempt)
    {
        GangSchedulingArgs args = GangArgsOf(profile)!;
        DateTimeOffset now = _time.GetUtcNow();
        GangReservation? mine = _reservations.Find(r => r.Gang == gang);
        if (gang.PlacedCount > 0 || (mine is null && !(gang.RipeAt <= now)))
        {
            return;
        }

        if (mine is null && _reservations.Count(r => r.Gang.Entry!.Class.Spec.SchedulerName == profile.SchedulerName) >= args.MaxReservations)
        {
            return;
        }

        GangReservation? found = new ReservationSearch(Cluster, placer, EndOf).Find(gang, mine, attempt, now);
        if (found is not null && found == mine)
        {
            return;
        }

        EndReservation(gang);
        if (found is not null)
        {
            _reservations.Add(found);
        }
        else
        {
            WaitAnew(gang);
        }
    }

    /// <summary>From now on the gang's wait for room counts, until it has waited for long enough to have nodes reserved.</summary>
    private void WaitAnew(GangUnit gang)
    {
        GangSchedulingArgs? args = ArgsOf(gang);
        gang.RipeAt = _time.GetUtcNow() + (args is null ? TimeSpan.Zero : PatienceOf(gang, args));
        if (args is { MaxReservations: > 0 })
        {
            _ripening.Enqueue(gang, gang.RipeAt.Value);
        }
    }

    /// <summary>Has gangs tried, and nodes reserved for them, that have waited for long enough by now.</summary>
    private void WakeRipe()
    {
        DateTimeOffset now = _time.GetUtcNow();
        while (_ripening.TryPeek(out GangUnit? gang, out DateTimeOffset ripe) && ripe <= now)
        {
            _ripening.Dequeue();
            if (gang.Entry is { } entry && gang.RipeAt <= now)
            {
                Queue.Wake(entry.Pod);
            }
        }
    }

    /// <summary>
    /// How long a gang waits before nodes are reserved for it: the larger the part of the cluster that it asks for, the more are held up by that. An amount of memory counts as
    /// the whole device.
    /// </summary>
    private TimeSpan PatienceOf(GangUnit gang, GangSchedulingArgs args)
    {
        long asked = 0, there = 0;
        foreach (GangPod pod in gang.Pods)
        {
            DeviceRequest devices = pod.Queued.Class.Devices;
            asked += (long)devices.Count * (devices.Milli > 0 ? devices.Milli : Device.FullMilli);
        }

        foreach (Block block in Cluster.Working.Blocks)
        {
            foreach (LaneGroup<DeviceShape> group in block.Nodes.Shapes)
            {
                there += (long)group.Value.TotalMilli * BitOperations.PopCount(group.Lanes);
            }
        }

        TimeSpan byPart = args.WholeClusterReservationAfter * (there == 0 ? 0 : Math.Min(1, (double)asked / there));
        return byPart > args.ReservationAfter ? byPart : args.ReservationAfter;
    }

    private GangSchedulingArgs? ArgsOf(GangUnit gang) => gang.Entry is { } entry ? GangArgsOf(_profiles[entry.Class.Spec.SchedulerName].Profile) : null;

    private void EndReservation(GangUnit gang)
    {
        if (_reservations.RemoveAll(r => r.Gang == gang) > 0 && gang.Entry is { } entry)
        {
            Queue.WakeRejectedBy(GangPluginName(entry));
        }
    }

    private void ExpireReservations()
    {
        DateTimeOffset now = _time.GetUtcNow();
        for (int i = _reservations.Count - 1; i >= 0; i--)
        {
            GangUnit gang = _reservations[i].Gang;
            if (_reservations[i].Since + GangArgsOf(_profiles[gang.Entry!.Class.Spec.SchedulerName].Profile)!.ReservationLimit <= now)
            {
                // Others have their turn; it has to wait anew for another one.
                EndReservation(gang);
                WaitAnew(gang);
            }
        }
    }
}
