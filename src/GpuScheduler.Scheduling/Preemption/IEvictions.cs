using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// How pods are evicted: through the API server (<c>gpusched run</c>) or in virtual time (<c>gpusched simulate</c>). Called on the scheduling thread.
/// </summary>
public interface IEvictions
{
    /// <summary>
    /// What is known of a placed pod by now: the model's own keeps neither when it started nor that it is being deleted. Returns <paramref name="pod"/> itself where
    /// nothing more is known.
    /// </summary>
    Pod Latest(Pod pod);

    /// <summary>
    /// Begins to evict the victims of a plan. Must not change the scheduler before it returns. A victim that goes is seen to go, as any pod; where one does not,
    /// <see cref="Scheduler.EvictionFailed"/> takes the nominations back.
    /// </summary>
    /// <param name="plan">Who goes and for whom.</param>
    /// <param name="beyondBudgets">Victims that budgets protect go too.</param>
    void Evict(PreemptionPlan plan, bool beyondBudgets);
}
