using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Holds the room that is made for pods, in the working state itself, so that every filter and every memo sees it: a stand-in of each nominated pod takes the pod's resources on
/// its node beside the victims that are still there, and of its devices what they leave free. kube-scheduler counts nominated pods in Filter likewise. Pods of higher
/// priority may have the room: for them it is lifted. What follows from a change of the node is worked out when the next pod is tried (<see cref="Refresh"/>), so that nothing
/// has to be told. Scheduling thread only.
/// </summary>
public sealed class Nominations
{
    private readonly ClusterWriter _cluster;
    private readonly Func<Pod, Evaluator> _evaluatorOf;
    private readonly Action<Pod> _wake;
    private readonly SortedDictionary<(int Rank, long Order), Nomination> _inOrder = [];
    private readonly Dictionary<Pod, (int Rank, long Order)> _places = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Pod> _standIns = new(ReferenceEqualityComparer.Instance);
    private long _order;

    /// <param name="cluster">The state.</param>
    /// <param name="evaluatorOf">Decides for a pod.</param>
    /// <param name="wake">A pod's nomination is void: it must be tried again.</param>
    internal Nominations(ClusterWriter cluster, Func<Pod, Evaluator> evaluatorOf, Action<Pod> wake)
    {
        _cluster = cluster;
        _evaluatorOf = evaluatorOf;
        _wake = wake;
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
    public bool WaitsForVictims(Pod pod) => Find(pod) is { } nomination && TryFind(nomination, out int node) && Remaining(nomination, node).Count > 0;

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
        Refresh();
    }

    /// <summary>The pod needs its room no more: it is placed, gone, or nobody makes room for it.</summary>
    /// <returns>False where none was held.</returns>
    internal bool Remove(Pod pod)
    {
        if (Find(pod) is not { } nomination)
        {
            return false;
        }

        Lift(nomination);
        _inOrder.Remove(_places[pod]);
        _places.Remove(pod);
        return true;
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

    /// <summary>Holds room anew wherever something changed, and gives up what can be held no more.</summary>
    internal void Refresh()
    {
        if (Count == 0)
        {
            return;
        }

        foreach (Nomination nomination in (Nomination[])[.. _inOrder.Values])
        {
            if (!TryFind(nomination, out int node))
            {
                Void(nomination);
            }
            else if (nomination.Stand.Count == 0 || nomination.HeldAt != StampOf(node))
            {
                Lift(nomination);
                if (Hold(nomination, node))
                {
                    NoteStamps(node);
                }
                else
                {
                    Void(nomination);
                }
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
        foreach (Nomination nomination in _inOrder.Values.Where(n => n.Stand.Count > 0))
        {
            int node = nomination.Stand[0].Node;
            List<Victim> here = leaving.TryGetValue(node, out List<Victim>? known) ? known : leaving[node] = [];
            here.AddRange(Remaining(nomination, node).Where(p => trial.TryRemove(node, p.Pod)).Select(p => new Victim(node, p, IsLeaving: true)));
            foreach ((_, Pod standIn) in nomination.Stand)
            {
                trial.Remove(node, standIn);
            }

            trial.PlaceAsStated(node, nomination.Stand[0].Pod, nomination.Nominee.Class, nomination.Nominee.Devices);
        }

        return leaving;
    }

    private static bool IsSame(Pod a, Pod b) => ReferenceEquals(a, b) || (a.Uid.Length > 0 && a.Uid == b.Uid);

    private Nomination? Find(Pod pod) => _places.TryGetValue(pod, out (int Rank, long Order) place) ? _inOrder[place] : null;

    private bool TryFind(Nomination nomination, out int node) => State.Directory.TryFind(nomination.Nominee.NodeName, out node);

    private long StampOf(int node) => State.BlockOf(node).NodeStamps[node % Block.Size];

    /// <summary>Those that were held on the node before need not be held anew because one more is.</summary>
    private void NoteStamps(int node)
    {
        foreach (Nomination other in _inOrder.Values.Where(n => n.Stand.Count > 0 && n.Stand[0].Node == node))
        {
            other.HeldAt = StampOf(node);
        }
    }

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

    private List<Placement> Remaining(Nomination nomination, int node)
    {
        List<Placement> remaining = [];
        foreach (Placement placement in State.BlockOf(node).PlacementsOn(node % Block.Size))
        {
            if (nomination.Victims.Any(v => IsSame(v, placement.Pod)))
            {
                remaining.Add(placement);
            }
        }

        return remaining;
    }

    private bool Hold(Nomination nomination, int node)
    {
        Nominee nominee = nomination.Nominee;
        List<Placement> remaining = Remaining(nomination, node);
        DeviceSet devices = nominee.Devices;
        if (remaining.Count == 0)
        {
            Evaluator evaluator = _evaluatorOf(nominee.Pod);
            if (!evaluator.Fits(nominee.Class, State, node, 0))
            {
                return false;
            }

            devices = evaluator.ChooseDevices(nominee.Class, State, node, 0);
        }

        Pod standIn = nominee.Pod with { Gang = null };
        DeviceSet missing = State.PlaceAsStated(node, standIn, nominee.Class, devices);
        Note(nomination, node, standIn);
        foreach (int device in new Lanes(missing.Bits))
        {
            HoldPart(nomination, node, device, remaining);
        }

        return true;
    }

    /// <summary>Of a device that victims hold in part, holds what they will not free by going.</summary>
    private void HoldPart(Nomination nomination, int node, int device, List<Placement> remaining)
    {
        Block block = State.BlockOf(node);
        Device shared = block.Nodes.Shape(node % Block.Size).Devices[device];
        int comes = remaining.Where(p => p.Devices.Contains(device)).Sum(p => p.Class.Devices.TryShareOf(shared, out DeviceShare share) ? share.Milli : 0);
        if (!nomination.Nominee.Class.Devices.TryShareOf(shared, out DeviceShare needed) || needed.Milli <= comes)
        {
            return;
        }

        DeviceRequest part = new() { Count = 1, Milli = needed.Milli - comes };
        if (block.CanTake(node % Block.Size, part, DeviceSet.Only(device)))
        {
            Pod standIn = nomination.Pod with { Gang = null };
            State.Place(node, standIn, _cluster.Classes.Intern(new PodSpec { Devices = part }), DeviceSet.Only(device));
            Note(nomination, node, standIn);
        }
    }

    private void Note(Nomination nomination, int node, Pod standIn)
    {
        nomination.Stand.Add((node, standIn));
        _standIns.Add(standIn);
    }
}
