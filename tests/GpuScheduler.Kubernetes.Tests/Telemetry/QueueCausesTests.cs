using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes.Tests;

public sealed class QueueCausesTests
{
    [TestCase(EventResource.Node, ActionTypes.Add, "NodeAdd")]
    [TestCase(EventResource.Node, ActionTypes.UpdateNodeLabel, "NodeUpdateNodeLabel")]
    [TestCase(EventResource.Node, ActionTypes.UpdateNodeLabel | ActionTypes.UpdateNodeTaint, "NodeUpdate")]
    [TestCase(EventResource.AssignedPod, ActionTypes.Delete, "AssignedPodDelete")]
    [TestCase(EventResource.UnscheduledPod, ActionTypes.Add, QueueCauses.PodAdd)]
    [TestCase(EventResource.Any, ActionTypes.All, "*All")]
    public void A_cluster_event_has_kube_schedulers_label(EventResource resource, ActionTypes action, string label) =>
        Assert.That(QueueCauses.Of(new ClusterEvent(resource, action)), Is.EqualTo(label));
}
