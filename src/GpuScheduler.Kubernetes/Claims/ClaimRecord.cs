using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>What the engine knows of one claim, or of one that pods name.</summary>
internal sealed class ClaimRecord
{
    /// <summary>As the API last showed it; null: it does not.</summary>
    public ResourceClaim? Latest { get; set; }

    /// <summary>UIDs of the pods that name it.</summary>
    public HashSet<string> Pods { get; } = new(StringComparer.Ordinal);

    /// <summary>The pod that holds its devices in the snapshot; null: none does.</summary>
    public PodRecord? Holder { get; set; }

    /// <summary>The pod that held its devices last, where that has ended: what it was allocated is on its way out.</summary>
    public Pod? Left { get; set; }

    /// <summary>The allocation that is on its way to the API; null: none is.</summary>
    public ClaimWrite? Writing { get; set; }

    /// <summary>It is being deallocated: until that has an answer no pod may rely on it.</summary>
    public bool IsFreeing { get; set; }

    /// <summary>Holds them for the claim itself, while it is allocated, or may be, and no pod does; null: not needed.</summary>
    public PodRecord? Keeper { get; set; }
}
