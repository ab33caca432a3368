using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>A PriorityClass (<c>scheduling.k8s.io/v1</c>): what pods and gangs that name it are worth.</summary>
public sealed record PriorityClass
{
    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    /// <summary>Larger goes first.</summary>
    public int Value { get; init; }

    public PreemptionPolicy PreemptionPolicy { get; init; }

    /// <summary>It is that of whoever names none.</summary>
    public bool IsGlobalDefault { get; init; }
}
