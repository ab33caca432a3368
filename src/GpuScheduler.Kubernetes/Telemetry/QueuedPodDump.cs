using System.Collections.Immutable;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>A pod of the scheduling queue as the debug port shows it.</summary>
public sealed record QueuedPodDump
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public required QueuePool Pool { get; init; }

    public string Profile { get; init; } = "";

    public int Priority { get; init; }

    /// <summary>What it asks of GPUs, in the words of its manifest.</summary>
    public string Gpus { get; init; } = "";

    public int Attempts { get; init; }

    /// <summary>When it first entered the queue.</summary>
    public DateTimeOffset Added { get; init; }

    /// <summary>When it entered this part of the queue.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The plugins that rejected it last.</summary>
    public ImmutableArray<string> RejectedBy { get; init; } = [];

    public static QueuedPodDump Of(QueuedPodInfo queued, QueuePool pool) => new()
    {
        Namespace = queued.Pod.Namespace,
        Name = queued.Pod.Name,
        Uid = queued.Pod.Uid,
        Pool = pool,
        Profile = queued.Pod.Spec.SchedulerName,
        Priority = queued.Pod.Priority,
        Gpus = queued.Pod.Spec.Devices.Source,
        Attempts = queued.Attempts,
        Added = queued.InitialAttempt,
        Since = queued.Timestamp,
        RejectedBy = [.. queued.RejectedBy],
    };
}
