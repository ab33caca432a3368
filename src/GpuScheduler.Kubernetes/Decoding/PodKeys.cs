namespace GpuScheduler.Kubernetes;

/// <summary>
/// Keys of annotations and labels that readers of pods ask for (<c>GpuScheduler.Manifests</c>): pods that differ in one of them share nothing of what was read.
/// A reader that asks for a further key needs it here. Others ask for nothing, and some of them differ from pod to pod.
/// </summary>
internal static class PodKeys
{
    /// <summary>Those of GpuScheduler and of KAI, and those by which pods say what gang they are of (Volcano, Koordinator, LeaderWorkerSet, JobSet, Kueue).</summary>
    public static bool IsReadAnnotation(ReadOnlySpan<byte> key) => !key.IsEmpty && key[0] switch
    {
        (byte)'a' => key.StartsWith("alpha.jobset.sigs.k8s.io/"u8),
        (byte)'g' => key.StartsWith("gpuscheduler.dev/"u8) || key.StartsWith("gpu-"u8) || key.StartsWith("gang.scheduling.koordinator.sh/"u8),
        (byte)'k' => key.StartsWith("kai.scheduler/"u8) || key.StartsWith("kueue.x-k8s.io/"u8),
        (byte)'l' => key.StartsWith("leaderworkerset.sigs.k8s.io/"u8),
        (byte)'p' => key.SequenceEqual("pod-group-name"u8),
        (byte)'s' => key.StartsWith("scheduling.k8s.io/"u8) || key.StartsWith("scheduling.volcano.sh/"u8),
        (byte)'v' => key.StartsWith("volcano.sh/"u8),
        _ => false,
    };

    /// <summary>Those by which pods say what gang and what part of it they are of; not which one of its pods.</summary>
    public static bool IsReadLabel(ReadOnlySpan<byte> key) => !key.IsEmpty && key[0] switch
    {
        (byte)'g' => key.StartsWith("gpuscheduler.dev/"u8) || (key.StartsWith("grove.io/pod"u8) && !IsOwnLabel(key)),
        (byte)'j' => key.SequenceEqual("jobset.sigs.k8s.io/jobset-name"u8) || key.SequenceEqual("jobset.sigs.k8s.io/replicatedjob-name"u8)
            || key.SequenceEqual("jobset.sigs.k8s.io/job-key"u8),
        (byte)'k' => key.StartsWith("kai.scheduler/"u8) || key.SequenceEqual("kueue.x-k8s.io/podset"u8) || key.SequenceEqual("kueue.x-k8s.io/pod-group-name"u8),
        (byte)'l' => key.SequenceEqual("leaderworkerset.sigs.k8s.io/group-key"u8) || key.SequenceEqual("leaderworkerset.sigs.k8s.io/name"u8)
            || key.SequenceEqual("leaderworkerset.sigs.k8s.io/group-index"u8) || key.SequenceEqual("leaderworkerset.sigs.k8s.io/subgroup-key"u8),
        (byte)'p' => key.StartsWith("pod-group.scheduling.sigs.k8s.io"u8),
        (byte)'s' => key.StartsWith("scheduling.x-k8s.io/"u8),
        (byte)'v' => key.StartsWith("volcano.sh/"u8),
        _ => false,
    };

    /// <summary>Labels by which owners tell the pods of one template apart.</summary>
    public static bool IsOwnLabel(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("batch.kubernetes.io/job-completion-index"u8) || key.SequenceEqual("apps.kubernetes.io/pod-index"u8)
        || key.SequenceEqual("statefulset.kubernetes.io/pod-name"u8) || key.SequenceEqual("leaderworkerset.sigs.k8s.io/worker-index"u8)
        || key.SequenceEqual("kueue.x-k8s.io/pod-group-pod-index"u8) || key.SequenceEqual("grove.io/podclique-pod-index"u8);
}
