using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>What the debug port shows. Any thread; nothing here may hold up the scheduling thread for longer than it takes to copy.</summary>
public interface ISchedulerDebug
{
    /// <summary>The published state of the cluster.</summary>
    Snapshot Snapshot { get; }

    /// <summary>Every pod in the queue, in no order.</summary>
    IAsyncEnumerable<QueuedPodDump> QueueAsync(CancellationToken cancellation);

    /// <summary>One pod, wherever it is; null where it is unknown.</summary>
    ValueTask<PodDump?> PodAsync(string podNamespace, string name, CancellationToken cancellation);

    /// <summary>The configuration in force, as YAML or JSON; without the keys of extenders.</summary>
    string Configuration { get; }
}
