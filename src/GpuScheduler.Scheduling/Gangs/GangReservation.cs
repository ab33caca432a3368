using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Nodes that are kept free for a gang that has waited for too long: what runs there goes on, and only what does not delay the gang joins it.</summary>
public sealed class GangReservation
{
    private NodeDirectory? _directory;
    private NodeSet _nodes = new();

    internal GangReservation(GangUnit gang, ImmutableArray<string> nodeNames, DateTimeOffset since, DateTimeOffset? readyAt)
    {
        Gang = gang;
        NodeNames = nodeNames;
        Since = since;
        ReadyAt = readyAt;
    }

    public GangUnit Gang { get; }

    /// <summary>The nodes, in no order that means anything.</summary>
    public ImmutableArray<string> NodeNames { get; }

    public DateTimeOffset Since { get; }

    /// <summary>When the last pod that is in the way ends at the latest; null: that of some is not known.</summary>
    public DateTimeOffset? ReadyAt { get; }

    /// <summary>The nodes by index.</summary>
    internal NodeSet NodesIn(ClusterView view)
    {
        // Indexes of nodes that go are given to others.
        if (!ReferenceEquals(_directory, view.Directory))
        {
            _directory = view.Directory;
            _nodes = new NodeSet();
            foreach (string name in NodeNames)
            {
                if (view.Directory.TryFind(name, out int node))
                {
                    _nodes.Add(node);
                }
            }
        }

        return _nodes;
    }
}
