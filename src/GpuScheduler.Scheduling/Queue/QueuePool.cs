namespace GpuScheduler.Scheduling;

/// <summary>The parts of the scheduling queue; kube-scheduler's values of the label <c>queue</c>.</summary>
public enum QueuePool
{
    Active,
    Backoff,
    Unschedulable,
    Gated,
}
