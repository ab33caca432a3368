using System.Collections.Immutable;

namespace GpuScheduler.Kubernetes;

/// <summary>Pods to be evicted so that others get their room: all of them, or none where it can be known beforehand that one will not go.</summary>
/// <param name="Targets">The pods.</param>
/// <param name="SchedulerName">The scheduler of whoever gets the room.</param>
/// <param name="BeyondBudgets">Delete those that a budget protects.</param>
internal sealed record EvictionRequest(ImmutableArray<EvictionTarget> Targets, string SchedulerName, bool BeyondBudgets);
