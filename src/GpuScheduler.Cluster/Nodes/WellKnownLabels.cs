namespace GpuScheduler.Cluster;

/// <summary>Label and taint keys that Kubernetes and NVIDIA's GPU feature discovery define.</summary>
public static class WellKnownLabels
{
    public const string Hostname = "kubernetes.io/hostname";

    public const string Zone = "topology.kubernetes.io/zone";

    public const string Region = "topology.kubernetes.io/region";

    /// <summary>The taint key of a cordoned node.</summary>
    public const string UnschedulableTaint = "node.kubernetes.io/unschedulable";

    /// <summary>GPU model, as GPU feature discovery spells it.</summary>
    public const string GpuProduct = "nvidia.com/gpu.product";

    /// <summary>Physical GPUs of the node.</summary>
    public const string GpuCount = "nvidia.com/gpu.count";

    /// <summary>Memory of one GPU, MiB.</summary>
    public const string GpuMemory = "nvidia.com/gpu.memory";

    /// <summary>Multi-node NVLink domain: <c>ClusterUUID.CliqueID</c>.</summary>
    public const string GpuClique = "nvidia.com/gpu.clique";
}
