using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>A container's part of a pod's request.</summary>
public sealed record Container
{
    public string Name { get; init; } = "";

    public string Image { get; init; } = "";

    public ResourceList Requests { get; init; } = ResourceList.Empty;

    public ImmutableArray<HostPort> HostPorts { get; init; } = [];

    /// <summary>An init container with <c>restartPolicy: Always</c>, which runs beside the main containers.</summary>
    public bool IsSidecar { get; init; }
}
