using System.Runtime.CompilerServices;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>What the debug port shows of the engine. The engine's thread copies; who asks writes.</summary>
internal sealed class EngineDebug(SchedulingEngine engine, ClusterWriter cluster, string configuration) : ISchedulerDebug
{
    public Snapshot Snapshot => cluster.Head;

    public string Configuration => configuration;

    public async IAsyncEnumerable<QueuedPodDump> QueueAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        List<(QueuedPodInfo Pod, QueuePool Pool)> pods = await engine.AskAsync(Copy).WaitAsync(cancellation).ConfigureAwait(false);
        foreach ((QueuedPodInfo pod, QueuePool pool) in pods)
        {
            yield return QueuedPodDump.Of(pod, pool);
        }
    }

    public async ValueTask<PodDump?> PodAsync(string podNamespace, string name, CancellationToken cancellation) =>
        await engine.AskAsync(e => Find(e, podNamespace, name)).WaitAsync(cancellation).ConfigureAwait(false);

    private static List<(QueuedPodInfo Pod, QueuePool Pool)> Copy(SchedulingEngine engine)
    {
        SchedulingQueue queue = engine.Scheduler.Queue;
        return
        [
            .. queue.Active.Select(p => (p, QueuePool.Active)),
            .. queue.Backoff.Select(p => (p, QueuePool.Backoff)),
            .. queue.Unschedulable.Select(p => (p, QueuePool.Unschedulable)),
            .. queue.Gated.Select(p => (p, QueuePool.Gated)),
        ];
    }

    private static PodDump? Find(SchedulingEngine engine, string podNamespace, string name)
    {
        if (engine.Mirror.Pods.FirstOrDefault(p => p.Model.Name == name && p.Model.Namespace == podNamespace) is not { } record)
        {
            return null;
        }

        (QueuedPodInfo? queued, QueuePool pool) = Copy(engine).Find(q => ReferenceEquals(q.Pod.Pod, record.Model));
        return new PodDump
        {
            Namespace = podNamespace,
            Name = name,
            Uid = record.Model.Uid,
            ResourceVersion = record.Latest.ResourceVersion,
            State = StateOf(record),
            Node = record.Node,
            Devices = engine.Mirror.DevicesOf(record).ToString(),
            Queued = queued is null ? null : QueuedPodDump.Of(queued, pool),
            LastFailure = record.LastFailure,
        };
    }

    private static string StateOf(PodRecord record) => record.State switch
    {
        PodState.Ignored => "ignored",
        PodState.Pending => "queued",
        PodState.Assumed => record.IsUnresolved ? "binding, outcome unknown" : "binding",
        PodState.Bound => "bound",
        _ => "ended",
    };
}
