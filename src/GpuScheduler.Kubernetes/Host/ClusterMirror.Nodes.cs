using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <content>Nodes, and who is on them.</content>
internal sealed partial class ClusterMirror
{
    private readonly Dictionary<string, NodeObject> _nodes = new(StringComparer.Ordinal);

    /// <summary>Pods that are bound to a node or assumed there, by its name, whether or not the API shows the node.</summary>
    private readonly Dictionary<string, HashSet<PodRecord>> _onNode = new(StringComparer.Ordinal);

    /// <summary>Nodes that came or changed and are not in the snapshot yet: setting many at once costs little more than one.</summary>
    private readonly Dictionary<string, Node> _settingNodes = new(StringComparer.Ordinal);

    private readonly List<ClusterChange> _nodeChanges = [];

    /// <summary>With keepers of claims.</summary>
    private int _placed;

    /// <summary>How many nodes the API shows.</summary>
    public int NodeCount => _nodes.Count;

    /// <summary>How many pods are bound to a node or assumed on one.</summary>
    public int PlacedCount => _placed - _keepers.Count;

    /// <summary>The node as the API shows it, or null.</summary>
    public NodeObject? FindNode(string name) => _nodes.GetValueOrDefault(name);

    /// <summary>The API shows this node, new or changed. It is in the snapshot after the next <see cref="SettleNodes"/>.</summary>
    public void SetNode(NodeObject node)
    {
        string name = node.Node.Name;
        NodeObject? before = _nodes.GetValueOrDefault(name);
        if (before is not null && ResourceVersions.IsOlder(node.ResourceVersion, before.ResourceVersion))
        {
            return;
        }

        node = _claims.Dress(node);
        _nodes[name] = node;
        if (before is null || !before.Problems.SequenceEqual(node.Problems))
        {
            TellProblems(node);
        }

        if (before is not null && NodeChanges.IsSame(before.Node, node.Node))
        {
            return;
        }

        _settingNodes[name] = node.Node;
        ActionTypes action = before is null ? ActionTypes.Add : NodeChanges.Between(before.Node, node.Node);
        if (action != ActionTypes.None)
        {
            _nodeChanges.Add(new ClusterChange(new ClusterEvent(EventResource.Node, action)) { OldNode = before?.Node, NewNode = node.Node });
        }
    }

    /// <summary>The API shows this node no more. Pods bound to it stay known: they are placed again should it come back.</summary>
    public void RemoveNode(string name)
    {
        _removed?.Add(name);
        if (!_nodes.Remove(name, out NodeObject? node))
        {
            return;
        }

        SettleNodes();
        _scheduler.Cluster.RemoveNode(name);
        foreach (PodRecord record in PodsOn(name))
        {
            record.IsPlaced = false;
            if (record.State == PodState.Bound && record.Model.Gang is not null)
            {
                // Should the node come back, the pod is adopted again, and its gang has it again.
                _scheduler.Abandon(record.Model);
            }
        }

        _scheduler.Queue.Move(new ClusterChange(new ClusterEvent(EventResource.Node, ActionTypes.Delete)) { OldNode = node.Node });
    }

    /// <summary>Puts nodes that came or changed into the snapshot, places the pods that waited for them, and wakes pods that they may help.</summary>
    /// <returns>False where there was nothing to do.</returns>
    public bool SettleNodes()
    {
        TakeReleases();
        if (_settingNodes.Count == 0)
        {
            return false;
        }

        foreach (string name in _settingNodes.Keys)
        {
            // What is only held for somebody gives way to what is.
            _scheduler.Nominations.Lift(name);
        }

        _scheduler.Cluster.SetNodes(_settingNodes.Values);
        foreach (string name in _settingNodes.Keys)
        {
            // Whoever states devices goes first: a guess must not take them.
            foreach (PodRecord record in PodsOn(name).Where(p => !p.IsPlaced).OrderBy(p => p.Stated.IsEmpty && p.Model.BoundUuids.IsEmpty).ToArray())
            {
                Place(record, mayTell: true);
            }

            Readopt(name);
        }

        _settingNodes.Clear();
        foreach (ClusterChange change in _nodeChanges)
        {
            _scheduler.Queue.Move(change);
        }

        _nodeChanges.Clear();
        return true;
    }

    private void TellProblems(NodeObject node)
    {
        foreach (string problem in node.Problems)
        {
            _observer.NodeProblem(node, problem);
        }
    }

    private HashSet<PodRecord> PodsOn(string node) => _onNode.TryGetValue(node, out HashSet<PodRecord>? pods) ? pods : [];

    private void MoveTo(PodRecord record, string node)
    {
        if (_onNode.TryGetValue(record.Node, out HashSet<PodRecord>? pods) && pods.Remove(record))
        {
            _placed--;
            if (pods.Count == 0)
            {
                _onNode.Remove(record.Node);
            }
        }

        record.Node = node;
        if (!record.Model.Volumes.IsEmpty)
        {
            _volumes.NoteUse(record.Model);
        }

        if (node.Length == 0)
        {
            return;
        }

        _placed++;

        if (!_onNode.TryGetValue(node, out pods))
        {
            _onNode.Add(node, pods = []);
        }

        pods.Add(record);
    }

    /// <summary>Puts a pod where the API has it, if the node is there; the guesses about others on the node give way to what it states.</summary>
    private void Place(PodRecord record, bool mayTell)
    {
        Draft state = _scheduler.Cluster.Working;
        if (!state.Directory.TryFind(record.Node, out int node))
        {
            return;
        }

        if (!record.Model.BoundUuids.IsEmpty)
        {
            // The node may not have been there when the pod was.
            record.Stated = Find(record.Model.BoundUuids, record.Node);
        }

        // What is only held for somebody gives way to what is.
        _scheduler.Nominations.Lift(record.Node);
        TakeClaims(record);
        AdoptionResult result = _scheduler.Adopt(node, record.Model, record.Class!, record.Stated);
        if (result.Holding == Holding.PartOfStated)
        {
            PodRecord[] guessed = [.. PodsOn(record.Node).Where(p => p.IsPlaced && p.Holding == Holding.Guessed)];
            if (guessed.Length > 0)
            {
                foreach (PodRecord other in guessed.Append(record))
                {
                    state.TryRemove(node, other.Model);
                }

                result = _scheduler.Adopt(node, record.Model, record.Class!, record.Stated);
                foreach (PodRecord other in guessed)
                {
                    other.Holding = _scheduler.Adopt(node, other.Model, other.Class!, other.Stated).Holding;
                }
            }
        }

        record.IsPlaced = true;
        record.Holding = result.Holding;
        if (mayTell)
        {
            TellConflict(record, result);
        }
    }

    /// <summary>Room came free on a node, or it says which devices it has: pods there that do not hold all that they state may hold it now.</summary>
    private void Readopt(string name)
    {
        NoteReleases();
        HashSet<PodRecord> pods = PodsOn(name);
        if (pods.Count == 0 || !_scheduler.Cluster.Working.Directory.TryFind(name, out int node))
        {
            return;
        }

        PodRecord[] wanting =
        [
            .. pods.Where(p => p.IsPlaced && (p.Holding is Holding.PartOfStated or Holding.Nothing || (!p.Model.BoundUuids.IsEmpty && p.Stated != Find(p.Model.BoundUuids, name))))
                .OrderBy(p => p.Stated.IsEmpty && p.Model.BoundUuids.IsEmpty),
        ];
        foreach (PodRecord record in wanting)
        {
            _scheduler.Cluster.Working.TryRemove(node, record.Model);
            Place(record, mayTell: false);
        }
    }

    /// <summary>The devices of a node with these UUIDs, as far as it has them.</summary>
    private DeviceSet Find(ImmutableArray<string> uuids, string node)
    {
        DeviceSet found = DeviceSet.Empty;
        ImmutableArray<string> devices = _nodes.TryGetValue(node, out NodeObject? known) ? known.Node.DeviceUuids : [];
        foreach (string uuid in uuids)
        {
            int index = devices.IndexOf(uuid);
            found = index < 0 ? found : found.With(index);
        }

        return found;
    }

    /// <summary>
    /// The devices that a bound pod states. Where that was edited into something that cannot be read, what it stated before: its containers keep their devices
    /// whatever becomes of the annotation.
    /// </summary>
    private DeviceSet StatedBy(PodRecord record)
    {
        PodObject shown = record.Latest;
        if (!shown.Pod.BoundUuids.IsEmpty)
        {
            return Find(shown.Pod.BoundUuids, shown.Pod.BoundNode);
        }

        bool isUnreadable = shown.Pod.BoundDevices.IsEmpty && !shown.Problems.IsEmpty;
        return isUnreadable && record.State is (PodState.Assumed or PodState.Bound) && record.Node == shown.Pod.BoundNode ? record.Stated : shown.Pod.BoundDevices;
    }

    private void TellConflict(PodRecord record, AdoptionResult result)
    {
        if (record.Model.BoundUuids.Length > record.Stated.Count)
        {
            string[] unknown = [.. record.Model.BoundUuids.Except(_nodes[record.Node].Node.DeviceUuids, StringComparer.Ordinal)];
            _observer.PodProblem(
                record, ProblemKind.DevicesUnknown,
                record.Model.Claims.IsEmpty
                    ? $"its annotation {HamiKeys.Allocated} names {string.Join(", ", unknown)}, which HAMi does not register on node {record.Node}: delete the pod, or see to the device plugin there"
                    : $"its ResourceClaims are allocated {string.Join(", ", unknown)}, which no ResourceSlice of node {record.Node} has: delete the pod, or see to the DRA driver there");
        }

        if (result.Holding == Holding.Nothing)
        {
            _observer.PodProblem(
                record, ProblemKind.DevicesUnknown,
                $"it runs on node {record.Node} without saying which devices it holds, and none that it could hold is free in the model: the node's devices may be in use twice");
        }
        else if (result.Holding == Holding.PartOfStated && _scheduler.Cluster.Working.Directory.TryFind(record.Node, out int node))
        {
            Draft state = _scheduler.Cluster.Working;
            ImmutableArray<Device> devices = state.NodeAt(node).Shape.Devices;
            int count = devices.Length;
            DeviceSet absent = result.Missing.Except(DeviceSet.First(count));

            // A pod that runs on what nobody else may have takes it from nobody.
            DeviceSet unused = devices.Where(d => !d.IsUsable).Aggregate(DeviceSet.Empty, (set, d) => set.With(d.Index));
            DeviceSet taken = result.Missing.Except(absent).Except(unused);
            List<string> reasons = [];
            if (!absent.IsEmpty)
            {
                reasons.Add($"node {record.Node} has {count} devices and no device {absent}");
            }

            if (!taken.IsEmpty)
            {
                reasons.Add($"device {taken} is held by {string.Join(", ", HoldersOf(state, node, taken, record.Model))}");
            }

            if (reasons.Count == 0)
            {
                return;
            }

            _observer.PodProblem(
                record, ProblemKind.DeviceConflict,
                record.Model.BoundUuids.IsEmpty || record.Model.Claims.IsEmpty
                    ? $"its annotation states devices {record.Stated} of node {record.Node}, but {string.Join("; ", reasons)}: delete one of the pods, or correct the annotation"
                    : $"its ResourceClaims are allocated devices {record.Stated} of node {record.Node}, but {string.Join("; ", reasons)}: two schedulers allocated them; delete one of the pods");
        }
    }

    private static List<string> HoldersOf(Draft state, int node, DeviceSet devices, Pod self)
    {
        List<string> holders = [];
        foreach (Placement placement in state.BlockOf(node).PlacementsOn(node % Block.Size))
        {
            if (!ReferenceEquals(placement.Pod, self) && (placement.Devices.Bits & devices.Bits) != 0)
            {
                holders.Add(placement.Pod.ToString());
            }
        }

        holders.Sort(StringComparer.Ordinal);
        return holders.Count > 0 ? holders : ["nobody, but has too little left of memory"];
    }
}
