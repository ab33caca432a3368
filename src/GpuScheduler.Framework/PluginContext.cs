using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>What a plugin is asked about: a pod class over a state of the cluster.</summary>
/// <param name="Pod">The class of the pod to place.</param>
/// <param name="State">What this plugin's PreFilter or PreScore worked out for the class; null where it has none.</param>
/// <param name="Cluster">The state that blocks come from.</param>
/// <param name="Attempt">Number of the attempt, from 0, in the order of decisions; only for plugins that read <see cref="Reads.Attempt"/>.</param>
public readonly record struct PluginContext(PodClass Pod, object? State, ClusterView Cluster, long Attempt);
