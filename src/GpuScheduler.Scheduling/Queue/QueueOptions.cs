namespace GpuScheduler.Scheduling;

/// <summary>The queue's times; the defaults are kube-scheduler's.</summary>
public sealed record QueueOptions
{
    /// <summary>First wait after a rejection; doubles with each further one.</summary>
    public TimeSpan InitialBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After this long in the unschedulable pool a pod is tried again whatever happened.</summary>
    public TimeSpan MaxUnschedulable { get; init; } = TimeSpan.FromMinutes(5);
}
