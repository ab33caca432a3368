namespace GpuScheduler.Cluster;

/// <summary>A preference for nodes that match, worth <paramref name="Weight"/> (1 to 100).</summary>
public sealed record PreferredSchedulingTerm(int Weight, NodeSelectorTerm Preference);
