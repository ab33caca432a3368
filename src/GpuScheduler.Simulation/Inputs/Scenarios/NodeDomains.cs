namespace GpuScheduler.Simulation;

/// <summary>A numbered label, such as the rack. Either <paramref name="Size"/> nodes in a row share a value, or the nodes take turns over <paramref name="Count"/> values.</summary>
internal sealed record NodeDomains(string Label, string Prefix, int Size, int Count);
