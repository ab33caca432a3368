using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>A pod in the scheduling queue, or a whole gang.</summary>
public sealed class QueuedPodInfo(Pod pod, PodClass podClass, DateTimeOffset timestamp)
{
    public Pod Pod { get; } = pod;

    public PodClass Class { get; } = podClass;

    /// <summary>The gang that this entry stands for; <see cref="Pod"/> then has the gang's name and is none of its pods. Null: the pod alone.</summary>
    public QueuedGang? Gang { get; init; }

    /// <summary>What QueueSort goes by: the pod's, or the gang's own.</summary>
    public int Priority { get; set; } = pod.Priority;

    /// <summary>When it was added to the queue, or came back to it.</summary>
    public DateTimeOffset Timestamp { get; set; } = timestamp;

    /// <summary>Since when it had waited for the attempt that was made last.</summary>
    public DateTimeOffset WaitedSince { get; set; } = timestamp;

    /// <summary>When it was first added.</summary>
    public DateTimeOffset InitialAttempt { get; } = timestamp;

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>How often it was rejected; the length of its backoff follows from it.</summary>
    public int UnschedulableCount { get; set; }

    /// <summary>How often in a row an error stopped it.</summary>
    public int ConsecutiveErrors { get; set; }

    /// <summary>Order of arrival, for equal timestamps.</summary>
    public long Sequence { get; set; }

    /// <summary>The plugins that rejected it last; only an event that one of them waits for wakes it.</summary>
    public IReadOnlyCollection<string> RejectedBy { get; set; } = [];
}
