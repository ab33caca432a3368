namespace GpuScheduler.Kubernetes;

/// <summary>How an attempt to schedule a pod ended; kube-scheduler's values of the label <c>result</c>.</summary>
public enum AttemptOutcome
{
    Scheduled,

    /// <summary>It fits nowhere, or a plugin turned it away.</summary>
    Unschedulable,

    /// <summary>Something broke.</summary>
    Error,
}
