using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>A pod that holds its place but is not bound yet: Permit plugins make it wait, or its binding cycle runs.</summary>
internal sealed class HeldPod(Profile profile, QueuedPodInfo queued, NodeReservation reservation)
{
    public Profile Profile { get; } = profile;

    public QueuedPodInfo Queued { get; } = queued;

    public NodeReservation Reservation { get; } = reservation;

    /// <summary>The pod as one of a gang; null: it was placed alone.</summary>
    public GangPod? Member { get; init; }

    /// <summary>True once its binding cycle has begun.</summary>
    public bool IsStarted { get; set; }

    /// <summary>Since when a Permit plugin makes it wait, as a timestamp.</summary>
    public long WaitsSince { get; set; }

    /// <summary>Until when each Permit plugin may make it wait; empty once the binding cycle runs.</summary>
    public Dictionary<string, DateTimeOffset> WaitsFor { get; } = new(StringComparer.Ordinal);
}
