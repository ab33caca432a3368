namespace GpuScheduler.Kubernetes;

/// <summary>A pod's condition <c>PodScheduled</c>.</summary>
/// <param name="IsTrue">Its status: scheduled.</param>
/// <param name="Reason">Such as <c>Unschedulable</c>; empty where none is given.</param>
/// <param name="Message">For people; empty where none is given.</param>
public sealed record PodScheduledCondition(bool IsTrue, string Reason, string Message);
