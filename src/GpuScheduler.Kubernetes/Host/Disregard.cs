using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>What is said of a pod that demands what is not modelled: silence would look like consent.</summary>
internal static class Disregard
{
    /// <summary>Null where there is nothing to say.</summary>
    public static (ProblemKind Kind, string Message)? Of(PodConstraints constraints)
    {
        if (constraints == PodConstraints.None)
        {
            return null;
        }

        string[] fields =
        [
            .. constraints.HasFlag(PodConstraints.PodAffinity) ? ["spec.affinity.podAffinity"] : Array.Empty<string>(),
            .. constraints.HasFlag(PodConstraints.PodAntiAffinity) ? ["spec.affinity.podAntiAffinity"] : Array.Empty<string>(),
            .. constraints.HasFlag(PodConstraints.TopologySpread) ? ["spec.topologySpreadConstraints"] : Array.Empty<string>(),
        ];
        return (ProblemKind.NotRegarded,
            $"{string.Join(", ", fields)}: this scheduler does not regard {(fields.Length == 1 ? "it" : "them")} and may place the pod against {(fields.Length == 1 ? "it" : "them")}; "
            + "use node affinity or a gang's topology instead, or name another scheduler");
    }
}
