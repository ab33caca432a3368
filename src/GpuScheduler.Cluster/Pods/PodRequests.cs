namespace GpuScheduler.Cluster;
public static class PodRequests { public static ResourceList Effective(PodSpec s) => s.Containers.Aggregate(ResourceList.Empty, (a, c) => a.Plus(c.Requests)); public static (long CpuMilli, long MemoryBytes) NonZero(PodSpec s) => (Effective(s)["cpu"], Effective(s)["memory"]); }
