using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>A layer of Koordinator's ClusterNetworkTopology.</summary>
/// <param name="Name">Its name, which gangs use.</param>
/// <param name="Parent">The next broader layer; empty: the cluster.</param>
/// <param name="LabelKeys">Node labels of which any names a node's domain.</param>
public sealed record NetworkLayer(string Name, string Parent, ImmutableArray<string> LabelKeys);
