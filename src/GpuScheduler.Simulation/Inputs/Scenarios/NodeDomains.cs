namespace GpuScheduler.Simulation;

/// <summary>A numbered label, such as the rack. Either <paramref name="Size"/> nodes in a row share a value, or the nodes take turns over <paramref name="Count"/> values.</summary>
/// <remarks><paramref name="GigabytesPerSecond"/> is what two nodes of a value have between them for each GPU, both directions; 0: nobody said.</remarks>
internal sealed record NodeDomains(string Label, string Prefix, int Size, int Count, int GigabytesPerSecond);
