using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// The cheapest victims on one node, found on a draft: all that may go is removed, then each is kept in order of importance if the pod still fits (kube-scheduler's
/// reprieve); going on from that first answer by branch and bound makes it the cheapest there is. Keeping in order alone may keep the wrong ones: half a device on each of two.
/// </summary>
internal sealed class NodeVictims
{
    private readonly Draft _draft;
    private readonly int _node;
    private readonly NodeTrial _trial;
    private readonly VictimLedger _ledger;
    private readonly Func<bool> _fits;
    private readonly bool _beyondBudgets;
    private readonly List<VictimUnit> _evicted = [];
    private List<VictimUnit> _order = [];
    private int _triesLeft;

    /// <param name="draft">The trial state, as it is before anybody goes.</param>
    /// <param name="node">The node.</param>
    /// <param name="ledger">Says who may go and what it costs.</param>
    /// <param name="fits">Whether the pod fits on the node as the draft now is.</param>
    /// <param name="beyondBudgets">Victims that budgets protect may go.</param>
    public NodeVictims(Draft draft, int node, VictimLedger ledger, Func<bool> fits, bool beyondBudgets)
    {
        _draft = draft;
        _node = node;
        _trial = new NodeTrial(draft, node);
        _ledger = ledger;
        _fits = fits;
        _beyondBudgets = beyondBudgets;
        HashSet<Pod> seen = new(ReferenceEqualityComparer.Instance);
        foreach (Placement placement in PlacementsOf(draft, node))
        {
            if (!seen.Contains(placement.Pod) && ledger.UnitOf(node, placement) is { } unit)
            {
                seen.UnionWith(unit.All.Select(v => v.Pod));
                (unit.All.All(v => ledger.IsLeaving(v.Pod)) ? Leaving : Units).Add(unit);
            }
        }
    }

    /// <summary>What may be evicted, in the order in which it is reprieved once <see cref="RemoveAll"/> was called.</summary>
    public List<VictimUnit> Units { get; private set; } = [];

    /// <summary>What is on its way out already: it costs nothing.</summary>
    public List<VictimUnit> Leaving { get; } = [];

    public bool HasVictims => Units.Count + Leaving.Count > 0;

    /// <summary>The cheapest units found; null: none that are allowed.</summary>
    public List<VictimUnit>? Best { get; private set; }

    public VictimCost BestCost { get; private set; }

    /// <summary>True where it would do to evict what budgets protect, and that is not allowed.</summary>
    public bool IsProtected { get; private set; }

    /// <summary>Takes everything off that may go, for good as far as this node's search is concerned. The caller rolls back.</summary>
    public void RemoveAll()
    {
        _trial.Take(Leaving.Concat(Units).SelectMany(u => u.Here).Select(v => v.Pod));
        Units = _ledger.InOrder(Units);
    }

    /// <summary>The answers that need no search: kube-scheduler's, and the one that frees the devices which cost least by themselves.</summary>
    /// <param name="request">What the pod asks of devices.</param>
    public void FindFirst(DeviceRequest request)
    {
        Reprieve(Units);
        if (!request.IsNone)
        {
            DeviceSet cheapest = CheapestDevices(request);
            Reprieve([.. Units.Where(u => (u.Devices.Bits & cheapest.Bits) == 0), .. Units.Where(u => (u.Devices.Bits & cheapest.Bits) != 0)]);
        }
    }

    /// <summary>Looks for what is cheaper than the best so far, of this node and of others.</summary>
    /// <param name="bound">The cheapest of all nodes so far; null: none was found.</param>
    /// <param name="tries">How many states may be tried.</param>
    /// <returns>How many tries are left; 0: the search was not finished.</returns>
    public int Improve(VictimCost? bound, int tries)
    {
        _triesLeft = tries;
        _order = Units;
        _evicted.Clear();
        Branch(0, bound);
        return _triesLeft;
    }

    private static List<Placement> PlacementsOf(Draft draft, int node)
    {
        List<Placement> placements = [];
        foreach (Placement placement in draft.BlockOf(node).PlacementsOn(node % Block.Size))
        {
            placements.Add(placement);
        }

        return placements;
    }

    /// <summary>Keeps each that can be kept, in order. Everything is off the node before and after.</summary>
    private void Reprieve(List<VictimUnit> order)
    {
        int mark = _draft.Mark();
        _evicted.Clear();
        foreach (VictimUnit unit in order)
        {
            if (!TryKeep(unit))
            {
                _evicted.Add(unit);
            }
        }

        Consider();
        _draft.RollBack(mark);
    }

    private void Branch(int next, VictimCost? bound)
    {
        if (_triesLeft <= 0 || _ledger.CostOf(_evicted) is not { } cost || IsWorse(cost, bound))
        {
            return;
        }

        if (next == _order.Count)
        {
            Consider();
            return;
        }

        _triesLeft--;
        if (TryKeep(_order[next]))
        {
            Branch(next + 1, bound);
            Take(_order[next]);
        }

        _evicted.Add(_order[next]);
        Branch(next + 1, bound);
        _evicted.RemoveAt(_evicted.Count - 1);
    }

    private bool IsWorse(VictimCost cost, VictimCost? bound) =>
        (!_beyondBudgets && cost.Violations > 0)
        || (Best is not null && cost.CompareGrowing(BestCost) > 0)
        || (bound is { } other && cost.CompareGrowing(other) > 0);

    private void Consider()
    {
        if (_ledger.CostOf(_evicted) is not { } cost)
        {
            return;
        }

        if (!_beyondBudgets && cost.Violations > 0)
        {
            IsProtected = true;
        }
        else if (Best is null || cost < BestCost)
        {
            (Best, BestCost) = ([.. _evicted], cost);
        }
    }

    /// <summary>The devices that would serve the pod and that cost least to free, each for itself.</summary>
    private DeviceSet CheapestDevices(DeviceRequest request)
    {
        Block block = _draft.BlockOf(_node);
        int lane = _node % Block.Size;
        DeviceRequest one = request with { Count = 1 };
        IEnumerable<(int Device, VictimCost Cost)> usable = block.Nodes.Shape(lane).Devices
            .Where(d => request.Allows(d) && block.CanTake(lane, one, DeviceSet.Only(d.Index)))
            .Select(d => (d.Index, _ledger.CostOf([.. Units.Where(u => u.Devices.Contains(d.Index))])))
            .Where(d => d.Item2 is not null)
            .Select(d => (d.Index, d.Item2!.Value));
        return usable.OrderBy(d => d.Cost).ThenBy(d => d.Device).Take(request.Count).Aggregate(DeviceSet.Empty, (set, d) => set.With(d.Device));
    }

    private bool TryKeep(VictimUnit unit)
    {
        // Where others state its devices too and took them first, it is not kept as it is: nothing would come free.
        if (_trial.PutBack(unit.Here) && _fits())
        {
            return true;
        }

        Take(unit);
        return false;
    }

    private void Take(VictimUnit unit) => _trial.Take(unit.Here.Select(v => v.Pod));
}
