using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

/// <summary>One node as an oracle sees it: the node, and the specs of the pods on it, without any column.</summary>
internal sealed record NodeState(Node Node, IReadOnlyList<PodSpec> Pods);
