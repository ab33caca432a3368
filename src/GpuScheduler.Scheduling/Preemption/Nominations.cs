using System.Diagnostics.CodeAnalysis;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Holds the room that is made for pods, in the working state itself, so that every filter and every memo sees it: a stand-in of each nominated pod takes the pod's resources on
/// its node beside the victims that are still there, and of its devices what they leave free. kube-scheduler counts nominated pods in Filter likewise. Pods of higher
/// priority may have the room: for them it is lifted. Room is held only while it will be enough once all victims on the node are gone; that, and all else that follows from a
/// change of the node, is worked out when the next pod is tried (<see cref="Refresh"/>), so that nothing has to be told. Scheduling thread only.
/// </summary>
public sealed class Nominations
{
    private readonly ClusterWriter _cluster;
    private readonly Func<Pod, Evaluator> _evaluatorOf;
    private readonly Action<Pod> _wake;
    private readonly Action<Nominee> _freed;
    private readonly SortedDictionary<(int Rank, long Order), Nomination> _inOrder = [];
    private readonly Dictionary<Pod, (int Rank, long Order)> _places = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Pod> _standIns = new(ReferenceEqualityComparer.Instance);
    private long _order;

    /// <param name="cluster">The state.</param>
    /// <param name="evaluatorOf">Decides for a pod.</param>
    /// <param name="wake">A pod's nomination is void: it must be tried again.</param>
    /// <param name="freed">A pod's room is held no more, and the pod does not have it: others may.</param>
    internal Nominations(ClusterWriter cluster, Func<Pod, Evaluator> evaluatorOf, Action<Pod> wake, Action<Nominee> freed)
    {
        _cluster = cluster;
        _evaluatorOf = evaluatorOf;
        _wake = wake;
        _freed = freed;
    }

    public int Count => _places.Count;

    /// <summary>Who is nominated where, higher priority first.</summary>
    public IEnumerable<Nominee> All => _inOrder.Values.Select(n => n.Nominee);

    private Draft State => _cluster.Working;

    /// <summary>Name of the node that is held for a pod; null: none is.</summary>
    public string? NodeOf(Pod pod) => Find(pod)?.Nominee.NodeName;

    /// <summary>True where a placement in the state is no pod but stands in for one.</summary>
    public bool IsStandIn(Pod placed) => _standIns.Contains(placed);

    /// <summary>True where the pod waits for victims that are still there.</summary>
    public bool WaitsForVictims(Pod pod) => Find(pod) is { } nomination && TryFind(nomination, out int node) && Remaining([nomination], node).Count > 0;

    /// <summary>Pods that somebody waits for to go; those that have gone may still be among them.</summary>
    public IEnumerable<Pod> Victims => _inOrder.Values.SelectMany(n => n.Victims);

    /// <summary>Throws where the stand-ins in the state are not those that are known here.</summary>
    /// <exception cref="InvalidOperationException">One is missing, or is there twice.</exception>
    public void AssertInvariants()
    {
        int standing = 0;
        for (int b = 0; b < State.Blocks.Length; b++)
        {
            foreach (int lane in new Lanes(State.Blocks[b].Nodes.Present))
            {
                foreach (Placement placement in State.Blocks[b].PlacementsOn(lane))
                {
                    standing += IsStandIn(placement.Pod) ? 1 : 0;
                }
            }
        }

        int known = _inOrder.Values.Sum(n => n.Stand.Count(s => State.Directory.TryFind(n.Nominee.NodeName, out int node) && node == s.Node));
        if (standing != known)
        {
            throw new InvalidOperationException($"{standing} stand-ins are in the state, {known} are known");
        }
    }

    /// <summary>Holds room for a pod from the next <see cref="Refresh"/> on; pods of lower priority lose theirs on that node.</summary>
    internal void Add(Nominee nominee, IReadOnlyList<Pod> victims)
    {
        Remove(nominee.Pod);
        foreach (Nomination other in _inOrder.Values.Where(n => n.Nominee.NodeName == nominee.NodeName && n.Pod.Priority < nominee.Pod.Priority).ToArray())
        {
            Void(other);
        }

        (int Rank, long Order) place = (-nominee.Pod.Priority, _order++);
        _places.Add(nominee.Pod, place);
        _inOrder.Add(place, new Nomination(nominee, victims));
    }

    /// <summary>The pod needs its room no more: it is placed, gone, or nobody makes room for it.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="placedOn">Name of the node that it has now; empty: none.</param>
    internal void Remove(Pod pod, string placedOn = "")
    {
        if (Find(pod) is not { } nomination)
        {
            return;
        }

        Lift(nomination);
        _inOrder.Remove(_places[pod]);
        _places.Remove(pod);
        if (placedOn != nomination.Nominee.NodeName)
        {
            _freed(nomination.Nominee);
        }
    }

    /// <summary>Lifts the room that is held on a node, so that what the API has there can be put in its place.</summary>
    public void Lift(string node)
    {
        foreach (Nomination nomination in _inOrder.Values.Where(n => n.Nominee.NodeName == node))
        {
            Lift(nomination);
        }
    }

    /// <summary>Some pods do not go after all: what is held beside them is given up.</summary>
    internal void GiveUpOn(IReadOnlyCollection<Pod> staying)
    {
        foreach (Nomination nomination in _inOrder.Values.Where(n => n.Victims.Any(v => staying.Any(s => IsSame(v, s)))).ToArray())
        {
            Void(nomination);
        }
    }

    /// <summary>Lifts what is held for a pod itself and for all of lower priority: what it may have.</summary>
    internal void LiftFor(Pod pod) => LiftBelow(pod.Priority, pod);

    /// <summary>Lifts what is held for pods of lower priority, and for <paramref name="pod"/>.</summary>
    internal void LiftBelow(int priority, Pod? pod = null)
    {
        foreach (Nomination nomination in _inOrder.Values.Where(n => n.Pod.Priority < priority || ReferenceEquals(n.Pod, pod)))
        {
            Lift(nomination);
        }
    }

    /// <summary>Lifts what is held for a pod itself.</summary>
    /// <returns>The node; -1: none is held.</returns>
    internal int LiftOwn(Pod pod)
    {
        if (Find(pod) is not { } nomination)
        {
            return -1;
        }

        Lift(nomination);
        return TryFind(nomination, out int node) ? node : -1;
    }

    /// <summary>
    /// True where all of a plan will have their room, and nobody loses that of the same or higher priority. Asked before anybody is told to go, and by the very rule by which room
    /// is held later: a search that foresees otherwise, where pods state devices of others, must not evict in vain, nor plan the same again and again.
    /// </summary>
    internal bool WillHold(PreemptionPlan plan)
    {
        foreach (IGrouping<string, Nominee> there in plan.Nominees.GroupBy(n => n.NodeName))
        {
            if (!State.Directory.TryFind(there.Key, out int node))
            {
                return false;
            }

            Pod[] victims = [.. plan.VictimsOn(node)];
            int lowest = there.Min(n => n.Pod.Priority);
            Nomination[] inOrder =
            [
                .. _inOrder.Values.Where(n => n.Nominee.NodeName == there.Key && n.Pod.Priority >= lowest && !there.Any(o => ReferenceEquals(o.Pod, n.Pod)))
                    .Concat(there.Select(n => new Nomination(n, victims))).OrderByDescending(n => n.Pod.Priority),
            ];
            Lift(there.Key);
            if (WillFit(inOrder, node, Remaining(inOrder, node)).Count < inOrder.Length)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Holds room anew on nodes where something changed, and gives up what will not be enough.</summary>
    internal void Refresh()
    {
        if (Count == 0)
        {
            return;
        }

        foreach (IGrouping<string, Nomination> there in (IGrouping<string, Nomination>[])[.. _inOrder.Values.GroupBy(n => n.Nominee.NodeName)])
        {
            Nomination[] inOrder = [.. there];
            if (!State.Directory.TryFind(there.Key, out int node))
            {
                Array.ForEach(inOrder, Void);
            }
            else if (Array.Exists(inOrder, n => n.Stand.Count == 0 || n.HeldAt != StampOf(node)))
            {
                Hold(inOrder, node);
            }
        }
    }

    /// <summary>
    /// Makes of a fork of the state what it will be once the room that is held is free: the victims are gone and the stand-ins hold all that they stand for.
    /// </summary>
    /// <returns>The victims that are still there, by node.</returns>
    internal Dictionary<int, List<Victim>> Foresee(Draft trial)
    {
        Dictionary<int, List<Victim>> leaving = [];
        foreach (IGrouping<int, Nomination> there in _inOrder.Values.Where(n => n.Stand.Count > 0).GroupBy(n => n.Stand[0].Node))
        {
            int node = there.Key;
            foreach ((_, Pod standIn) in there.SelectMany(n => n.Stand))
            {
                trial.Remove(node, standIn);
            }

            leaving[node] = [.. Remaining(there, node).Select(p => new Victim(node, p, IsLeaving: true))];
            new NodeTrial(trial, node).Take(leaving[node].Select(v => v.Pod));
            foreach (Nomination nomination in there)
            {
                trial.PlaceAsStated(node, nomination.Stand[0].Pod, nomination.Nominee.Class, nomination.Devices);
            }
        }

        return leaving;
    }

    private static bool IsSame(Pod a, Pod b) => ReferenceEquals(a, b) || (a.Uid.Length > 0 && a.Uid == b.Uid);

    private Nomination? Find(Pod pod) => _places.TryGetValue(pod, out (int Rank, long Order) place) ? _inOrder[place] : null;

    private bool TryFind(Nomination nomination, out int node) => State.Directory.TryFind(nomination.Nominee.NodeName, out node);

    private long StampOf(int node) => State.BlockOf(node).NodeStamps[node % Block.Size];

    private void Void(Nomination nomination)
    {
        Remove(nomination.Pod);
        _wake(nomination.Pod);
    }

    private void Lift(Nomination nomination)
    {
        foreach ((int node, Pod standIn) in nomination.Stand)
        {
            State.TryRemove(node, standIn);
            _standIns.Remove(standIn);
        }

        nomination.Stand.Clear();
    }

    /// <summary>Victims that are still on the node.</summary>
    private List<Placement> Remaining(IEnumerable<Nomination> nominations, int node)
    {
        Pod[] victims = [.. nominations.SelectMany(n => n.Victims)];
        List<Placement> remaining = [];
        foreach (Placement placement in State.BlockOf(node).PlacementsOn(node % Block.Size))
        {
            if (Array.Exists(victims, v => IsSame(v, placement.Pod)))
            {
                remaining.Add(placement);
            }
        }

        return remaining;
    }

    /// <summary>Holds the room of all that are nominated to a node, higher priority first.</summary>
    private void Hold(Nomination[] inOrder, int node)
    {
        Array.ForEach(inOrder, Lift);
        List<Placement> leaving = Remaining(inOrder, node);
        Nomination[] served = Array.FindAll(inOrder, WillFit(inOrder, node, leaving).Contains);
        int[] comes = new int[State.NodeAt(node).Shape.Count];
        foreach (Placement placement in leaving)
        {
            foreach (int device in new Lanes(placement.Devices.Bits))
            {
                comes[device] += MilliOf(placement.Class.Devices, node, device);
            }
        }

        foreach (Nomination nomination in served)
        {
            Pod standIn = nomination.Pod with { Gang = null };
            DeviceSet missing = State.PlaceAsStated(node, standIn, nomination.Nominee.Class, nomination.Devices);
            Note(nomination, node, standIn);
            foreach (int device in new Lanes(missing.Bits))
            {
                HoldPart(nomination, node, device, ref comes[device]);
            }
        }

        foreach (Nomination nomination in served)
        {
            nomination.HeldAt = StampOf(node);
        }

        Array.ForEach(inOrder.Except(served).ToArray(), Void);
    }

    /// <summary>Those for whom there will be room beside those before them once the victims are gone; it is noted which devices.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Plugins are others' code; one that throws must not stop all that are not nominated.")]
    private HashSet<Nomination> WillFit(Nomination[] inOrder, int node, List<Placement> leaving)
    {
        HashSet<Nomination> served = [];
        int mark = State.Mark();
        new NodeTrial(State, node).Take(leaving.Select(p => p.Pod));
        foreach (Nomination nomination in inOrder)
        {
            try
            {
                PodClass podClass = nomination.Nominee.Class;
                Evaluator evaluator = _evaluatorOf(nomination.Pod);
                if (evaluator.Fits(podClass, State, node, 0))
                {
                    if (!CanHave(podClass.Devices, node, nomination.Devices))
                    {
                        nomination.Devices = evaluator.ChooseDevices(podClass, State, node, 0);
                    }

                    State.Place(node, nomination.Pod with { Gang = null }, podClass, nomination.Devices);
                    served.Add(nomination);
                }
            }
            catch (Exception)
            {
                // Its own attempt will say what.
            }
        }

        State.RollBack(mark);
        return served;
    }

    /// <summary>True where the devices are still there for it. Others were chosen room beside them, so that they must not change without need.</summary>
    private bool CanHave(DeviceRequest request, int node, DeviceSet devices)
    {
        Block block = State.BlockOf(node);
        if (!block.CanTake(node % Block.Size, request, devices))
        {
            return false;
        }

        foreach (int device in new Lanes(devices.Bits))
        {
            if (!request.Allows(block.Nodes.Shape(node % Block.Size).Devices[device]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Of a device that victims hold in part, holds what they will not free by going.</summary>
    /// <param name="nomination">Whose.</param>
    /// <param name="node">The node.</param>
    /// <param name="device">The device.</param>
    /// <param name="comes">What comes free of it and is not for others, milli.</param>
    private void HoldPart(Nomination nomination, int node, int device, ref int comes)
    {
        int needed = MilliOf(nomination.Nominee.Class.Devices, node, device), part = needed - comes;
        comes = Math.Max(0, -part);
        DeviceRequest request = new() { Count = 1, Milli = part };
        if (part > 0 && State.BlockOf(node).CanTake(node % Block.Size, request, DeviceSet.Only(device)))
        {
            Pod standIn = nomination.Pod with { Gang = null };
            State.Place(node, standIn, _cluster.Classes.Intern(new PodSpec { Devices = request }), DeviceSet.Only(device));
            Note(nomination, node, standIn);
        }
    }

    private int MilliOf(DeviceRequest request, int node, int device) =>
        request.TryShareOf(State.NodeAt(node).Shape.Devices[device], out DeviceShare share) ? share.Milli : 0;

    private void Note(Nomination nomination, int node, Pod standIn)
    {
        nomination.Stand.Add((node, standIn));
        _standIns.Add(standIn);
    }
}
