using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>A pod that Permit plugins hold on its node.</summary>
internal sealed class WaitingPod(Profile profile, QueuedPodInfo queued, NodeReservation reservation)
{
    public Profile Profile { get; } = profile;

    public QueuedPodInfo Queued { get; } = queued;

    public NodeReservation Reservation { get; } = reservation;

    /// <summary>Until when each plugin may hold it.</summary>
    public Dictionary<string, DateTimeOffset> HeldBy { get; } = new(StringComparer.Ordinal);
}
