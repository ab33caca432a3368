using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Takes pods off a node in a trial and puts them back. What comes free goes first to pods that stay and lack devices which the API gives them, as it will when it really
/// comes free: where two pods state one device, the other has it next, and nobody new.
/// </summary>
internal sealed class NodeTrial
{
    private readonly Draft _draft;
    private readonly int _node;

    /// <summary>Those that lacked something when the trial began, in an order that trials do not change.</summary>
    private readonly List<Placement> _lacking = [];

    /// <param name="draft">The trial state, as it is before anybody goes, without what stands in for nominated pods on this node and waits for devices.</param>
    /// <param name="node">The node.</param>
    public NodeTrial(Draft draft, int node)
    {
        _draft = draft;
        _node = node;
        foreach (Placement placement in draft.BlockOf(node).PlacementsOn(node % Block.Size))
        {
            if (!placement.Missing.IsEmpty || (placement.Devices.IsEmpty && !placement.Class.Devices.IsNone))
            {
                _lacking.Add(placement);
            }
        }

        _lacking.Sort(static (a, b) =>
            (string.CompareOrdinal(a.Pod.Uid, b.Pod.Uid), string.CompareOrdinal(a.Pod.Namespace, b.Pod.Namespace), string.CompareOrdinal(a.Pod.Name, b.Pod.Name)).CompareTo(default));
    }

    /// <summary>Takes pods off; those that are not there are passed over.</summary>
    public void Take(IEnumerable<Pod> pods)
    {
        foreach (Pod pod in pods)
        {
            _draft.TryRemove(_node, pod);
        }

        if (_lacking.Count > 0)
        {
            Adopt(Lift());
        }
    }

    /// <summary>Undoes removals, in whatever order others were undone.</summary>
    /// <param name="victims">Pods that were on this node.</param>
    /// <returns>False where one of them now lacks devices that it held.</returns>
    public bool PutBack(IReadOnlyCollection<Victim> victims)
    {
        HashSet<Pod> lifted = _lacking.Count > 0 ? Lift() : [];
        bool holdAll = true;
        foreach (Victim victim in victims)
        {
            // As stated: what others state of the same devices may leave it fewer than it asks for.
            Placement placement = victim.Placement;
            holdAll &= _draft.PlaceAsStated(_node, placement.Pod, placement.Class, placement.Devices.Union(placement.Missing)).Except(placement.Missing).IsEmpty;
        }

        if (_lacking.Count == 0)
        {
            return holdAll;
        }

        lifted.UnionWith(victims.Select(v => v.Pod));
        Adopt(lifted);
        return victims.All(Holds);
    }

    private HashSet<Pod> Lift()
    {
        HashSet<Pod> lifted = new(ReferenceEqualityComparer.Instance);
        foreach (Placement placement in _lacking)
        {
            if (_draft.TryRemove(_node, placement.Pod))
            {
                lifted.Add(placement.Pod);
            }
        }

        return lifted;
    }

    /// <summary>Those of <paramref name="pods"/> that lacked something hold what they held, and then what else is there for them now.</summary>
    private void Adopt(HashSet<Pod> pods)
    {
        foreach (Placement placement in _lacking.Where(p => pods.Contains(p.Pod)))
        {
            _draft.TryRemove(_node, placement.Pod);
            _draft.PlaceAsStated(_node, placement.Pod, placement.Class, placement.Devices);
        }

        foreach (Placement placement in _lacking.Where(p => pods.Contains(p.Pod)))
        {
            _draft.TryRemove(_node, placement.Pod);
            Adoption.Adopt(_draft, _node, placement.Pod, placement.Class, placement.Devices.Union(placement.Missing));
        }
    }

    private bool Holds(Victim victim)
    {
        foreach (Placement placement in _draft.BlockOf(_node).PlacementsOn(_node % Block.Size))
        {
            if (ReferenceEquals(placement.Pod, victim.Pod))
            {
                return victim.Placement.Devices.Except(placement.Devices).IsEmpty;
            }
        }

        return false;
    }
}
