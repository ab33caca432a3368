namespace GpuScheduler.Kubernetes;

/// <summary>A device of a node as the debug port shows it.</summary>
public sealed record DeviceDump(int Index, string Model, int FreeMilli, int MemoryMiB, int FreeMemoryMiB, bool IsUsable = true, string Uuid = "");
