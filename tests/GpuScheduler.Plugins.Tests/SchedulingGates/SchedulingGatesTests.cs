using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class SchedulingGatesTests
{
    [Test]
    public void Holds_a_pod_with_gates_and_names_them()
    {
        Status status = new SchedulingGates().PreEnqueue(Pod("example.com/quota", "b"));
        Assert.That(status, Is.EqualTo(new Status(StatusCode.UnschedulableAndUnresolvable, "waiting for scheduling gates: [example.com/quota b]")));
    }

    [Test]
    public void Lets_a_pod_without_gates_in() => Assert.That(new SchedulingGates().PreEnqueue(Pod()).IsSuccess);

    private static Pod Pod(params string[] gates) => new() { Name = "p", Spec = new PodSpec(), SchedulingGates = [.. gates] };
}
