using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Keys of annotations that readers of pods ask for (<c>GpuScheduler.Manifests</c>): pods that differ in one of them share nothing of what was read. A reader that
/// asks for a further key needs it here. What says which gang a pod is of (<see cref="GangMemberships.Concerns(ReadOnlySpan{byte})"/>) is read pod by pod
/// (<see cref="PodGangs"/>), as ranks differ within a template.
/// </summary>
internal static class PodKeys
{
    /// <summary>Those in which pods ask for devices, of GpuScheduler, of KAI and of HAMi.</summary>
    public static bool IsReadAnnotation(ReadOnlySpan<byte> key) =>
        key.StartsWith("gpuscheduler.dev/"u8) || key.StartsWith("gpu-"u8) || key.StartsWith("nvidia.com/"u8) || IsPolicyOfHami(key);

    /// <summary>Other annotations of HAMi's say what became of a pod, and differ from pod to pod.</summary>
    private static bool IsPolicyOfHami(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("hami.io/gpu-scheduler-policy"u8) || key.SequenceEqual("hami.io/node-scheduler-policy"u8) || key.SequenceEqual("hami.io/device-scoring-weights"u8);

    /// <summary>Labels by which owners tell the pods of one template apart.</summary>
    public static bool IsOwnLabel(ReadOnlySpan<byte> key) => key.Length switch
    {
        28 => key.SequenceEqual("apps.kubernetes.io/pod-index"u8) || key.SequenceEqual("grove.io/podclique-pod-index"u8),
        34 => key.SequenceEqual("statefulset.kubernetes.io/pod-name"u8) || key.SequenceEqual("kueue.x-k8s.io/pod-group-pod-index"u8),
        40 => key.SequenceEqual("batch.kubernetes.io/job-completion-index"u8) || key.SequenceEqual("leaderworkerset.sigs.k8s.io/worker-index"u8),
        _ => false,
    };
}
