using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>Keeps the plans, and when pods started; the test lets victims go.</summary>
internal sealed class RecordedEvictions : IEvictions
{
    public List<PreemptionPlan> Plans { get; } = [];

    public HashSet<Pod> Leaving { get; } = new(ReferenceEqualityComparer.Instance);

    public Pod Latest(Pod pod) => Leaving.Contains(pod) ? pod with { DeletionTimestamp = DateTimeOffset.UnixEpoch } : pod;

    public void Evict(PreemptionPlan plan, bool beyondBudgets) => Plans.Add(plan);
}
