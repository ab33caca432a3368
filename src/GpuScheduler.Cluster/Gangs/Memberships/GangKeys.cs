namespace GpuScheduler.Cluster;

/// <summary>Labels, annotations and fields in which pods say which gang they belong to.</summary>
public static class GangKeys
{
    /// <summary>Annotation: name of the pod's gang in its namespace, for gangs that no object states.</summary>
    public const string Gang = "gpuscheduler.dev/gang";

    /// <summary>Annotation: how many pods the gang has; all are needed unless <see cref="GangMin"/> says less.</summary>
    public const string GangSize = "gpuscheduler.dev/gang-size";

    /// <summary>Annotation: how many pods are placed together or not at all.</summary>
    public const string GangMin = "gpuscheduler.dev/gang-min";

    /// <summary>Annotation: node label key of the level of which one domain must hold the gang.</summary>
    public const string GangRequiredLevel = "gpuscheduler.dev/gang-required-level";

    /// <summary>Annotation: node label key of the level of which one domain should hold the gang.</summary>
    public const string GangPreferredLevel = "gpuscheduler.dev/gang-preferred-level";

    /// <summary>Field of pods, Kubernetes 1.36 and later.</summary>
    public const string SchedulingGroup = "spec.schedulingGroup";

    internal const string KaiPodGroup = "pod-group-name";

    internal const string KaiSubGroup = "kai.scheduler/subgroup-name";

    internal const string VolcanoGroup = "scheduling.k8s.io/group-name";

    internal const string VolcanoTask = "volcano.sh/task-spec";

    internal const string VolcanoIndex = "volcano.sh/task-index";

    internal const string Coscheduling = "scheduling.x-k8s.io/pod-group";

    internal const string KoordinatorLabel = "pod-group.scheduling.sigs.k8s.io";

    internal const string KoordinatorOldLabel = "pod-group.scheduling.sigs.k8s.io/name";

    internal const string KoordinatorOldMin = "pod-group.scheduling.sigs.k8s.io/min-available";

    internal const string KoordinatorName = "gang.scheduling.koordinator.sh/name";

    internal const string KoordinatorMin = "gang.scheduling.koordinator.sh/min-available";

    internal const string KoordinatorTotal = "gang.scheduling.koordinator.sh/total-number";

    internal const string KoordinatorGroups = "gang.scheduling.koordinator.sh/groups";

    internal const string KoordinatorTopology = "gang.scheduling.koordinator.sh/network-topology-spec";

    internal const string KoordinatorIndex = "gang.scheduling.koordinator.sh/network-topology-index";

    internal const string GrovePodGang = "grove.io/podgang";

    internal const string GrovePodClique = "grove.io/podclique";

    internal const string GroveIndex = "grove.io/podclique-pod-index";

    internal const string LwsName = "leaderworkerset.sigs.k8s.io/name";

    internal const string LwsGroupIndex = "leaderworkerset.sigs.k8s.io/group-index";

    internal const string LwsGroupKey = "leaderworkerset.sigs.k8s.io/group-key";

    internal const string LwsWorkerIndex = "leaderworkerset.sigs.k8s.io/worker-index";

    internal const string LwsSize = "leaderworkerset.sigs.k8s.io/size";

    internal const string LwsExclusive = "leaderworkerset.sigs.k8s.io/exclusive-topology";

    internal const string LwsSubgroupIndex = "leaderworkerset.sigs.k8s.io/subgroup-index";

    internal const string LwsSubgroupKey = "leaderworkerset.sigs.k8s.io/subgroup-key";

    internal const string LwsSubgroupSize = "leaderworkerset.sigs.k8s.io/subgroup-size";

    internal const string LwsSubgroupExclusive = "leaderworkerset.sigs.k8s.io/subgroup-exclusive-topology";

    internal const string JobSetJobKey = "jobset.sigs.k8s.io/job-key";

    internal const string JobSetName = "jobset.sigs.k8s.io/jobset-name";

    internal const string JobSetReplicatedJob = "jobset.sigs.k8s.io/replicatedjob-name";

    internal const string JobSetJobIndex = "jobset.sigs.k8s.io/job-index";

    internal const string JobSetExclusive = "alpha.jobset.sigs.k8s.io/exclusive-topology";

    internal const string KueueWorkload = "kueue.x-k8s.io/workload";

    internal const string KueuePodGroup = "kueue.x-k8s.io/pod-group-name";

    internal const string KueueTotal = "kueue.x-k8s.io/pod-group-total-count";

    internal const string KueuePodSet = "kueue.x-k8s.io/podset";

    internal const string KueuePodSetGroup = "kueue.x-k8s.io/podset-group-name";

    internal const string KueueRequired = "kueue.x-k8s.io/podset-required-topology";

    internal const string KueuePreferred = "kueue.x-k8s.io/podset-preferred-topology";

    internal const string KueueSliceLevel = "kueue.x-k8s.io/podset-slice-required-topology";

    internal const string KueueSliceSize = "kueue.x-k8s.io/podset-slice-size";

    internal const string KueueSliceLayers = "kueue.x-k8s.io/podset-slice-required-topology-constraints";

    internal const string KueuePodIndex = "kueue.x-k8s.io/pod-group-pod-index";

    internal const string KueuePodIndexLabel = "kueue.x-k8s.io/pod-group-pod-index-label";

    internal const string KueueIndexOffset = "kueue.x-k8s.io/pod-index-offset";

    internal const string JobIndex = "batch.kubernetes.io/job-completion-index";

    internal const string StatefulSetIndex = "apps.kubernetes.io/pod-index";
}
