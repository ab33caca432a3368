namespace GpuScheduler.Framework;

/// <summary>Arguments of <c>DefaultPreemption</c>.</summary>
public sealed record PreemptionArgs
{
    /// <summary>
    /// Where nothing else makes room, pods are deleted that a PodDisruptionBudget protects, as kube-scheduler does. False: budgets hold without exception.
    /// </summary>
    public bool BeyondBudgets { get; init; }
}
