using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class SchedulingGatesTests
{
    private readonly SchedulingGates _plugin = new();

    [Test]
    public void A_pod_waits_for_all_of_its_gates_and_says_for_which()
    {
        Pod pod = new() { Name = "p", Spec = new PodSpec() };
        Assert.That(_plugin.PreEnqueue(pod), Is.EqualTo(Status.Success));
        Assert.That(
            _plugin.PreEnqueue(pod with { SchedulingGates = ["example.com/quota", "example.com/image"] }),
            Is.EqualTo(Status.Unresolvable("waiting for scheduling gates: [example.com/quota example.com/image]")));
    }

    [Test]
    public void Only_the_end_of_its_own_gates_wakes_a_pod()
    {
        Assert.That(_plugin.Wakes(new PodSpec(), Events.PodUpdated(ActionTypes.UpdatePodSchedulingGatesEliminated, "u1")), Is.True);
        Assert.That(_plugin.Wakes(new PodSpec(), Events.PodUpdated(ActionTypes.UpdatePodSchedulingGatesEliminated, "u9")), Is.False);
        Assert.That(_plugin.Wakes(new PodSpec(), Events.NodeAdded(new Node { Name = "n" })), Is.False);
    }
}
