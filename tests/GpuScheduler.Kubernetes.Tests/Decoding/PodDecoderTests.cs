using System.Text;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
public sealed class PodDecoderTests
{
    private const string Bound = """
        {"metadata":{"name":"p","namespace":"ml","uid":"u","resourceVersion":"42","deletionTimestamp":"2026-01-01T00:00:00Z",
          "annotations":{"gpuscheduler.dev/gpu-fraction":"0.5","gpuscheduler.dev/devices":"3"}},
         "spec":{"nodeName":"n","schedulerName":"gpuscheduler","priority":7,"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1500m"}}}]},
         "status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"},{"type":"PodScheduled","status":"True"}]}}
        """;

    [Test]
    public void A_bound_pod_has_its_node_its_devices_and_what_it_asks()
    {
        PodObject pod = Decode(Bound);
        Assert.That(pod.Problems, Is.Empty);
        Assert.That((pod.Pod.ToString(), pod.Pod.Uid, pod.ResourceVersion, pod.IsDeleting), Is.EqualTo(("ml/p", "u", "42", true)));
        Assert.That((pod.Pod.BoundNode, pod.Pod.BoundDevices, pod.Pod.Spec.NodeName), Is.EqualTo(("n", DeviceSet.Only(3), "")));
        Assert.That((pod.Pod.Spec.Devices.Count, pod.Pod.Spec.Devices.Milli, pod.Pod.Priority), Is.EqualTo((1, 500, 7)));
        Assert.That(pod.Scheduled, Is.EqualTo(new PodScheduledCondition(true, "", "")));
    }

    [Test]
    public void Bound_or_not_pods_of_one_template_are_of_one_class()
    {
        PodClassTable classes = new(new Vocabulary());
        PodObject waiting = Decode(Bound.Replace("\"nodeName\":\"n\",", "", StringComparison.Ordinal).Replace("Running", "Pending", StringComparison.Ordinal));
        Assert.That(classes.Intern(waiting.Pod.Spec), Is.SameAs(classes.Intern(Decode(Bound).Pod.Spec)));
    }

    [TestCase("Succeeded")]
    [TestCase("Failed")]
    public void A_pod_that_has_ended_holds_nothing(string phase) =>
        Assert.That(Decode(Bound.Replace("Running", phase, StringComparison.Ordinal)).Pod.IsTerminal, Is.True);

    [Test]
    public void What_is_wrong_is_said_and_the_pod_still_counts_where_it_is()
    {
        PodObject pod = Decode(Bound.Replace("\"3\"", "\"3,x\"", StringComparison.Ordinal).Replace("1500m", "-1", StringComparison.Ordinal));
        Assert.That(pod.Pod.BoundNode, Is.EqualTo("n"));
        Assert.That(pod.Problems, Has.Length.EqualTo(2));
        Assert.That(pod.Problems, Has.Some.Contains("gpuscheduler.dev/devices"));
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{\"metadata\":{\"name\":")]
    [TestCase("{\"metadata\":{\"name\":\"p\"}}")]
    public void Bytes_that_are_no_pod_are_refused_with_the_resource_named(string text) =>
        Assert.That(() => Decode(text), Throws.InstanceOf<ObjectDecodeException>().With.Message.StartsWith("pods"));

    private static PodObject Decode(string json) => new PodDecoder().DecodeJson(Encoding.UTF8.GetBytes(json));
}
