using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Writes down what the engine tells.</summary>
internal sealed class RecordingObserver : IEngineObserver
{
    public List<string> Lines { get; } = [];

    public List<Exception> Exceptions { get; } = [];

    public void PodProblem(PodRecord pod, ProblemKind kind, string message) => Lines.Add($"{kind} {pod.Model}: {message}");

    public void NodeProblem(NodeObject node, string message) => Lines.Add($"node {node}: {message}");

    public void BoundElsewhere(PodObject pod, string node, DeviceSet devices, string assumedNode, DeviceSet assumedDevices) =>
        Lines.Add($"bound elsewhere {pod}: {node} [{devices}], not {assumedNode} [{assumedDevices}]");

    public void Attempted(PodRecord pod, in AttemptResult result, TimeSpan took)
    {
        if (result is { IsPlaced: false, FitError: null })
        {
            Exceptions.Add(new InvalidOperationException(result.Status.Reason));
        }

        if (result.FitError is { } error)
        {
            Lines.Add($"unschedulable {pod.Model}: {error.Message}");
        }
    }

    public void TurnedAway(PodRecord pod, QueuedPodInfo queued, Status status) => Lines.Add($"turned away {pod.Model}: {status.Reason}");

    public void Scheduled(PodRecord pod, QueuedPodInfo queued, string node, DeviceSet devices) => Lines.Add($"scheduled {pod.Model} on {node} devices {devices}");

    public void BindFailed(PodRecord pod, string node, BindOutcome outcome) => Lines.Add($"bind failed {pod.Model} on {node}: {outcome.Kind}");

    public void Preempted(PodRecord victim, Pod preemptor, string node) => Lines.Add($"preempted {victim.Model} on {node} for {preemptor}");

    public void EvictionFailed(Pod preemptor, Pod victim, bool byBudget, string message) => Lines.Add($"eviction failed {victim} for {preemptor}: {message}");

    public void GangAttempted(IReadOnlyList<GangRecord> objects, in AttemptResult result) => Lines.Add($"gang {result.Gang!.Gang.Key}: {result.Status.Code} {result.Gang.Placement.Message}");

    /// <summary>Pods that were told that their gang waits.</summary>
    public HashSet<string> ToldToWait { get; } = [];

    public void GangWaits(GangRecord? gang, GangUnit unit, IEnumerable<PodRecord> waiting, string wait)
    {
        Lines.Add($"gang {unit.Key} {wait}");
        if (wait.Length > 0)
        {
            ToldToWait.UnionWith(waiting.Select(p => p.Model.Name));
        }
    }

    public void GangStarted(IReadOnlyList<GangRecord> objects, GangUnit unit) => Lines.Add($"gang {unit.Key} started");

    public void GangStated(GangRecord gang, bool isOurs)
    {
        // What is said of an object that is merely there is for its status alone.
    }

    public void GangEvicting(GangRecord? gang, GangEviction eviction, IEnumerable<PodRecord> pods) => Lines.Add($"gang {eviction.Gang} evicts {pods.Count()}: {eviction.Message}");

    public void GangEvictionFailed(GangEviction eviction, string message) => Lines.Add($"gang {eviction.Gang} does not evict: {message}");

    public void TopologyProblem(string message) => Lines.Add($"topology: {message}");

    public void Broke(string doing, Exception exception) => Exceptions.Add(exception);
}
