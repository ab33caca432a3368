using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>A pod gave the place back that it held, and waits again, without whoever drives the scheduler having ended it.</summary>
/// <param name="Queued">The attempt by which it held its place.</param>
/// <param name="Status">Why it was turned away: Permit did so, or made it wait for too long. Null: another pod of its gang could not be bound.</param>
public sealed record PodRelease(QueuedPodInfo Queued, Status? Status);
