namespace GpuScheduler.Scheduling;

/// <summary>Nodes where a pod would fit, and that it is kept off.</summary>
/// <param name="Nodes">How many.</param>
/// <param name="Reason">As the reasons of filters: what is said of the nodes.</param>
/// <param name="Plugin">The plugin that keeps it off.</param>
public readonly record struct WithheldNodes(int Nodes, string Reason, string Plugin);
