using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Bound pods that whoever drives the scheduler has to evict: their gang lost others while it was being bound, and there is no room for these any more.</summary>
/// <param name="Gang">The gang.</param>
/// <param name="Pods">The pods. They hold their places until <see cref="Scheduler.Release"/> or <see cref="Scheduler.Abandon"/>.</param>
/// <param name="Message">Why, for events.</param>
public sealed record GangEviction(GangKey Gang, ImmutableArray<Pod> Pods, string Message);
