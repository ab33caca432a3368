using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>A Topology object of KAI or Kueue: levels under a name.</summary>
/// <param name="Kind">The resource as kubectl writes it, <c>topologies.kai.scheduler</c> or <c>topologies.kueue.x-k8s.io</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Levels">Its levels; null where it has problems.</param>
/// <param name="Problems">What is wrong with it, a sentence each, with the path in the object and the mend.</param>
public sealed record NamedTopology(string Kind, string Name, TopologyLevels? Levels, ImmutableArray<string> Problems);
