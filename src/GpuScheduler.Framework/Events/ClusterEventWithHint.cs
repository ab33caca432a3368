namespace GpuScheduler.Framework;

/// <summary>A kind of event that a plugin waits for, and a closer look at the single event.</summary>
/// <param name="Event">The kind.</param>
/// <param name="Hint">Whether this one can help this pod; null: it always may.</param>
public sealed record ClusterEventWithHint(ClusterEvent Event, Func<QueuedPodInfo, ClusterChange, QueueingHint>? Hint = null);
