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
        if (result.FitError is { } error)
        {
            Lines.Add($"unschedulable {pod.Model}: {error.Message}");
        }
    }

    public void Scheduled(PodRecord pod, QueuedPodInfo queued, string node, DeviceSet devices) => Lines.Add($"scheduled {pod.Model} on {node} devices {devices}");

    public void BindFailed(PodRecord pod, string node, BindOutcome outcome) => Lines.Add($"bind failed {pod.Model} on {node}: {outcome.Kind}");

    public void Preempted(PodRecord victim, Pod preemptor, string node) => Lines.Add($"preempted {victim.Model} on {node} for {preemptor}");

    public void EvictionFailed(Pod preemptor, Pod victim, bool byBudget, string message) => Lines.Add($"eviction failed {victim} for {preemptor}: {message}");

    public void Broke(string doing, Exception exception) => Exceptions.Add(exception);
}
