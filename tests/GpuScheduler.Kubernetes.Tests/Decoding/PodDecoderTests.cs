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
    public void What_preemption_and_gangs_ask_of_a_pod_is_read()
    {
        Pod pod = Decode("""
            {"metadata":{"name":"p","namespace":"ml","deletionTimestamp":"2026-01-01T00:00:30Z","ownerReferences":[
               {"kind":"Cluster","name":"c","uid":"1"},{"apiVersion":"batch/v1","kind":"Job","name":"train","uid":"2","controller":true}]},
             "spec":{"containers":[{"name":"c"}],"priority":-5,"priorityClassName":"low","preemptionPolicy":"Never","terminationGracePeriodSeconds":7,"activeDeadlineSeconds":600,"schedulingGroup":{"podGroupName":"g"}},
             "status":{"phase":"Pending","startTime":"2026-01-01T00:00:00Z","nominatedNodeName":"n"}}
            """).Pod;
        DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.That((pod.Priority, pod.PriorityClassName, pod.PreemptionPolicy), Is.EqualTo((-5, "low", PreemptionPolicy.Never)));
        Assert.That((pod.StartTime, pod.DeletionTimestamp, pod.TerminationGracePeriod), Is.EqualTo((start, start.AddSeconds(30), TimeSpan.FromSeconds(7))));
        Assert.That(pod.ActiveDeadline, Is.EqualTo(TimeSpan.FromMinutes(10)));
        Assert.That((pod.Owner, pod.SchedulingGroup, pod.NominatedNodeName), Is.EqualTo((new PodOwner("Job", "train", "2"), "g", "n")));
    }

    [Test]
    public void A_pod_knows_its_gang_and_what_is_wrong_with_that_is_a_problem_of_the_pod()
    {
        const string Worker = """
            {"metadata":{"name":"p","namespace":"ml","labels":{"leaderworkerset.sigs.k8s.io/group-key":"k","leaderworkerset.sigs.k8s.io/worker-index":"3"},
               "annotations":{"leaderworkerset.sigs.k8s.io/size":"4"}},
             "spec":{"containers":[{"name":"c"}]},"status":{"phase":"Pending"}}
            """;
        PodObject worker = Decode(Worker);
        Assert.That((worker.Pod.Gang!.Gang.Name, worker.Pod.Gang.Rank, worker.Pod.Gang.Implied!.Group.MinPods), Is.EqualTo(("k", (int?)3, 4)));
        PodObject broken = Decode(Worker.Replace("\"4\"", "\"four\"", StringComparison.Ordinal));
        Assert.That(broken.Pod.Gang, Is.Null);
        Assert.That(broken.Problems.Single(), Does.StartWith("metadata.annotations[\"leaderworkerset.sigs.k8s.io/size\"]").And.Contain("\"four\" is not a number of pods"));
    }

    [Test]
    public void What_a_pod_leaves_out_is_as_the_API_server_would_have_it()
    {
        Pod pod = Decode("""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c"}]},"status":{"phase":"Pending"}}""").Pod;
        Assert.That((pod.Priority, pod.PriorityClassName, pod.PreemptionPolicy), Is.EqualTo((0, "", PreemptionPolicy.PreemptLowerPriority)));
        Assert.That((pod.StartTime, pod.DeletionTimestamp, pod.TerminationGracePeriod), Is.EqualTo(((DateTimeOffset?)null, (DateTimeOffset?)null, TimeSpan.FromSeconds(30))));
        Assert.That((pod.Owner, pod.SchedulingGroup, pod.NominatedNodeName), Is.EqualTo(((PodOwner?)null, "", "")));
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
    public void A_pod_that_has_ended_holds_nothing(string phase)
    {
        Pod pod = Decode(Bound.Replace("Running", phase, StringComparison.Ordinal)).Pod;
        Assert.That((pod.IsTerminal, pod.HasSucceeded), Is.EqualTo((true, phase == "Succeeded")));
    }

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
