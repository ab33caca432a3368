using System.Collections.Immutable;

namespace GpuScheduler.Simulation;

/// <summary>The columns of a trace's tables.</summary>
internal static class TraceColumns
{
    public const string Created = "creation_time";

    public const string Deleted = "deletion_time";

    public const string Scheduled = "scheduled_time";

    public static readonly ImmutableArray<string> Nodes = ["sn", "cpu_milli", "memory_mib", "gpu", "model"];

    public static readonly ImmutableArray<string> Pods = ["name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli"];

    public static readonly ImmutableArray<string> OptionalOfPods = ["gpu_spec", "qos", "pod_phase", Created, Deleted, Scheduled];
}
