using GpuScheduler.Cluster;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Server.Tests;

/// <summary>A scheduler's debug view with what a test puts there.</summary>
internal sealed class FixedDebug(Snapshot snapshot, IAsyncEnumerable<QueuedPodDump> queue, params PodDump[] pods) : ISchedulerDebug
{
    public Snapshot Snapshot => snapshot;

    public string Configuration => "parallelism: 16\n";

    public IAsyncEnumerable<QueuedPodDump> QueueAsync(CancellationToken cancellation) => queue;

    public ValueTask<PodDump?> PodAsync(string podNamespace, string name, CancellationToken cancellation) =>
        ValueTask.FromResult(pods.FirstOrDefault(p => p.Namespace == podNamespace && p.Name == name));
}
