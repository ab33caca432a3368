using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>Hears how the API and the model come together, and where they do not. Called on the engine's thread; must not wait.</summary>
internal interface IMirrorObserver
{
    /// <summary>A pod's fields or annotations make no sense, or contradict what is there.</summary>
    void PodProblem(PodRecord pod, ProblemKind kind, string message);

    /// <summary>A node's fields, labels or annotations make no sense.</summary>
    void NodeProblem(NodeObject node, string message);

    /// <summary>Somebody else decided about a pod while we held a place for it.</summary>
    void BoundElsewhere(PodObject pod, string node, DeviceSet devices, string assumedNode, DeviceSet assumedDevices);

    /// <summary>A pod that held its place was turned away before its bind, and waits again.</summary>
    void TurnedAway(PodRecord pod, QueuedPodInfo queued, Status status);

    /// <summary>A pod is bound as it was decided.</summary>
    void Scheduled(PodRecord pod, QueuedPodInfo queued, string node, DeviceSet devices);
}
