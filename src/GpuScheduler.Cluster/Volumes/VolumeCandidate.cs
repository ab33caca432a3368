using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>A volume that a claim could be bound to; for a pod's only such claim, all of them together.</summary>
/// <param name="Number">Tells the volumes apart among those for one pod: each serves one claim.</param>
/// <param name="Nodes">Where it can be reached: terms of which one must hold; null: anywhere.</param>
public sealed record VolumeCandidate(int Number, ImmutableArray<NodeSelectorTerm>? Nodes);
