namespace GpuScheduler.Cluster;

/// <summary>The resources that state gangs (<see cref="GangKey.Kind"/>), as kubectl writes them.</summary>
public static class GangKinds
{
    /// <summary>Kubernetes 1.36 and later (KEP-4671).</summary>
    public const string PodGroup = "podgroups.scheduling.k8s.io";

    /// <summary>Kubernetes 1.37 and later (KEP-6012): groups of groups.</summary>
    public const string CompositePodGroup = "compositepodgroups.scheduling.k8s.io";

    /// <summary>The templates from which controllers make the native groups.</summary>
    public const string Workload = "workloads.scheduling.k8s.io";

    /// <summary>KAI Scheduler.</summary>
    public const string Kai = "podgroups.scheduling.run.ai";

    /// <summary>Volcano.</summary>
    public const string Volcano = "podgroups.scheduling.volcano.sh";

    /// <summary>The coscheduling plugin of kubernetes-sigs/scheduler-plugins.</summary>
    public const string Coscheduling = "podgroups.scheduling.x-k8s.io";

    /// <summary>Koordinator, whose gangs may have an object or not.</summary>
    public const string Koordinator = "podgroups.scheduling.sigs.k8s.io";

    /// <summary>Grove (and with it Dynamo).</summary>
    public const string Grove = "podgangs.scheduler.grove.io";

    /// <summary>
    /// True where a pod that has succeeded counts towards the minimum of its gang: for Volcano (<c>JobInfo.ReadyTaskNum</c>, <c>ValidTaskNum</c>), for Kueue's pod groups, whose total
    /// includes finished pods (KEP-976), and so for all gangs that pods alone state. kube-scheduler, the coscheduling plugin and Koordinator never see ended pods, as their informer leaves
    /// them out; KAI counts those that are alive.
    /// </summary>
    /// <param name="kind">As <see cref="GangKey.Kind"/>.</param>
    public static bool CountsSucceeded(string kind) => kind is not (PodGroup or CompositePodGroup or Workload or Kai or Coscheduling or Koordinator or Grove);
}
