namespace GpuScheduler.Simulation;

/// <summary>A line of a chart: its mean, and the band between the least and the most of several seeds.</summary>
internal sealed record LineSeries(string Name, int Colour, IReadOnlyList<(double X, Spread Y)> Points);
