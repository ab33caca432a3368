using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <content>What an audit asks and mends.</content>
internal sealed partial class ClusterMirror
{
    /// <summary>UIDs of pods and names of nodes that were removed since an audit began; null where none is under way.</summary>
    private HashSet<string>? _removed;

    /// <summary>The nodes that the API shows, in no order.</summary>
    public IReadOnlyCollection<NodeObject> Nodes => _nodes.Values;

    /// <summary>True where the outcome of some bind is unknown.</summary>
    public bool HasUnresolved => _pods.Values.Any(p => p.IsUnresolved);

    /// <summary>From here on notes what is removed.</summary>
    public void NoteRemovals() => _removed = [];

    /// <summary>What was removed since <see cref="NoteRemovals"/>; notes no more.</summary>
    public IReadOnlySet<string> TakeRemovals()
    {
        HashSet<string> removed = _removed ?? [];
        _removed = null;
        return removed;
    }

    /// <summary>Pods that should be in the snapshot and are not, and those that are there and should not be: with their node.</summary>
    public (IReadOnlyList<PodRecord> Misplaced, IReadOnlyList<(string Node, Pod Pod)> Strays) ComparePlacements()
    {
        TakeReleases();
        HashSet<Pod> placed = new(ReferenceEqualityComparer.Instance);
        List<(string Node, Pod Pod)> strays = [];
        foreach (Block block in _scheduler.Cluster.Working.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                string node = block.Nodes[lane].Name;
                foreach (Placement placement in block.PlacementsOn(lane))
                {
                    Pod pod = placement.Pod;
                    if (_scheduler.Nominations.IsStandIn(pod) || _keepers.Contains(pod))
                    {
                        continue;
                    }

                    bool belongs = _pods.TryGetValue(pod.Uid, out PodRecord? record) && record.Node == node && ReferenceEquals(record.Model, pod);
                    if (!belongs || !placed.Add(pod))
                    {
                        strays.Add((node, pod));
                    }
                }
            }
        }

        return ([.. _pods.Values.Where(r => r.Node.Length > 0 && _nodes.ContainsKey(r.Node) && !placed.Contains(r.Model))], strays);
    }

    /// <summary>The devices that a pod holds in the snapshot.</summary>
    public DeviceSet DevicesOf(PodRecord record) => PlacementOf(record)?.Devices ?? DeviceSet.Empty;

    private Placement? PlacementOf(PodRecord record)
    {
        if (_scheduler.Cluster.Working.Directory.TryFind(record.Node, out int node))
        {
            foreach (Placement placement in _scheduler.Cluster.Working.BlockOf(node).PlacementsOn(node % Block.Size))
            {
                if (ReferenceEquals(placement.Pod, record.Model))
                {
                    return placement;
                }
            }
        }

        return null;
    }

    /// <summary>Takes a pod out of the snapshot that should not be there.</summary>
    public void RemoveStray(string node, Pod pod)
    {
        if (_scheduler.Cluster.Working.Directory.TryFind(node, out int index))
        {
            _scheduler.Release(index, pod, _scheduler.Cluster.Classes.Intern(pod.Spec));
            Readopt(node);
        }
    }

    /// <summary>Puts a pod into the snapshot again.</summary>
    public void PlaceAgain(PodRecord record)
    {
        record.IsPlaced = false;
        Place(record, mayTell: false);
    }

    /// <summary>A bind of unknown outcome turned out not to have happened, and cannot happen any more: the pod is tried again.</summary>
    public void ResolveUnbound(PodRecord record)
    {
        if (record.IsUnresolved && _scheduler.FindHeld(record.Model) is { } queued)
        {
            _scheduler.Finish(queued, Status.Error("the API server never carried out the bind"));
            Unassume(record);
            TakeReleases();
        }
    }

    /// <summary>Works out every column of the snapshot anew.</summary>
    public void RebuildColumns() => _scheduler.Cluster.SetNodes(_nodes.Values.Select(n => n.Node with { }));
}
