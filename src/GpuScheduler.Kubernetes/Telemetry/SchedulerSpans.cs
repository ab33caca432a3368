namespace GpuScheduler.Kubernetes;

/// <summary>Names of the spans of a <see cref="PodTrace"/>.</summary>
public static class SchedulerSpans
{
    /// <summary>The whole of one attempt, from the pod's entry to the queue to the answer to its Binding.</summary>
    public const string Attempt = "schedule";

    public const string QueueWait = "queue wait";

    public const string SchedulingCycle = "scheduling cycle";

    public const string Filter = "filter";

    public const string Score = "score";

    public const string Reserve = "reserve";

    public const string Permit = "permit";

    public const string Bind = "bind";
}
