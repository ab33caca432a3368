using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// The whole loop in steady state: a pod of one of 30 classes comes, is queued, decided, given devices and committed; the oldest one leaves.
/// </summary>
public sealed class Churn
{
    private readonly Scheduler _scheduler;
    private readonly ClusterWriter _writer;
    private readonly PodClass[] _classes;
    private readonly (int Node, Pod Pod, PodClass Class)[] _running;
    private readonly Pod[] _pods;
    private int _turn;

    /// <param name="nodes">Size of the cluster; it is filled to two thirds first.</param>
    /// <param name="running">Pods that come and go.</param>
    public Churn(int nodes, int running = 512)
    {
        _writer = BenchCluster.Make(nodes);
        _classes = BenchCluster.Classes(_writer);
        BenchCluster.Fill(_writer, _classes, 0.66);
        _scheduler = new Scheduler(
            _writer, [Profiles.Default(_writer, _classes)], new QueueOptions(), TimeProvider.System, new NoBindings());
        _running = new (int, Pod, PodClass)[running];

        // Twice as many as run at once, so that a pod that comes is never one that is still there.
        _pods = [.. Enumerable.Range(0, running * 2).Select(i => new Pod { Name = $"pod-{i}", Spec = _classes[i % _classes.Length].Spec })];
        for (int i = 0; i < running * 3; i++)
        {
            Step();
        }
    }

    public ClusterWriter Writer => _writer;

    /// <summary>One pod comes and one leaves.</summary>
    public int Step()
    {
        int slot = _turn % _running.Length;
        ref (int Node, Pod Pod, PodClass Class) oldest = ref _running[slot];
        if (oldest.Pod is not null)
        {
            _writer.Working.Remove(oldest.Node, oldest.Pod);
            oldest.Pod = null!;
        }

        Pod pod = _pods[_turn % _pods.Length];
        _scheduler.Enqueue(pod);
        AttemptResult result = _scheduler.ScheduleOne();
        if (result.IsPlaced)
        {
            oldest = (result.Decision.Node, pod, result.Queued!.Class);
        }
        else
        {
            _scheduler.Queue.Remove(pod);
        }

        _writer.Working.Settle();
        _turn++;
        return result.Decision.Node;
    }

    private sealed class NoBindings : IBindingPipeline
    {
        public bool Binds => false;

        public void Start(Scheduler scheduler, Profile profile, QueuedPodInfo queued, NodeReservation reservation) =>
            scheduler.Finish(queued, Status.Success);
    }
}
