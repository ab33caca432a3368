namespace GpuScheduler.Scheduling;

/// <summary>A domain that a part of a gang has been confined to.</summary>
/// <param name="Level">Node label key.</param>
/// <param name="Domain">Number of the domain on that level.</param>
internal readonly record struct Pin(string Level, int Domain);
