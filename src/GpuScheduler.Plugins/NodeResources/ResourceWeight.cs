using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>A resource that is scored, and how much it counts: 1 to 100.</summary>
public sealed record ResourceWeight(string Name, int Weight)
{
    public static readonly ImmutableArray<ResourceWeight> CpuAndMemory = [new(ResourceNames.Cpu, 1), new(ResourceNames.Memory, 1)];
}
