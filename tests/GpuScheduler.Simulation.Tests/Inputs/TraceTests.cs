using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation.Tests;

public sealed class TraceTests
{
    private const string Timed = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n";

    [Test]
    public void Nodes_have_their_devices_and_what_they_offer()
    {
        Workload workload = Files.Trace().Good();
        Assert.That(workload.Nodes.Select(n => n.Name), Is.EqualTo(new[] { "n0", "n1", "n2" }));
        Node node = workload.Nodes[1];
        Assert.Multiple(() =>
        {
            Assert.That(node.Shape, Is.EqualTo(DeviceShape.Uniform("G2", 8)));
            Assert.That(node.Regime, Is.EqualTo(AllocationRegime.Annotation));
            Assert.That(node.Allocatable[ResourceNames.Cpu], Is.EqualTo(96000));
            Assert.That(node.Allocatable[ResourceNames.Memory], Is.EqualTo(393216L << 20));
            Assert.That(node.Allocatable[ResourceNames.Pods], Is.GreaterThan(100_000), "the trace has no limit of pods");
            Assert.That(workload.Nodes[2].Shape, Is.EqualTo(DeviceShape.None));
        });
    }

    [Test]
    public void Pods_ask_for_what_their_row_says()
    {
        Workload workload = Files.Trace().Good();
        Assert.That(workload.Arrivals.Select(a => a.Pod.Name), Is.EqualTo(new[] { "p0", "p1", "p2", "p3" }), "without an order, the list's");
        PodSpec share = workload.Arrivals[1].Pod.Spec;
        Assert.Multiple(() =>
        {
            Assert.That(PodRequests.Effective(share), Is.EqualTo(ResourceList.Of((ResourceNames.Cpu, 6000), (ResourceNames.Memory, 12288L << 20))));
            Assert.That(share.Devices.Count, Is.EqualTo(1));
            Assert.That(share.Devices.Milli, Is.EqualTo(460));
            Assert.That(share.Devices.Models, Is.EqualTo(new[] { "G2", "P100" }));
            Assert.That(share.SchedulerName, Is.EqualTo("ours"));
            Assert.That(workload.Arrivals[2].Pod.Spec.Devices.IsNone);
            Assert.That(workload.IsTimed, Is.False);
            Assert.That(workload.Arrivals.Select(a => (a.At, a.Duration)), Has.All.EqualTo((TimeSpan.Zero, (TimeSpan?)null)));
        });
    }

    [Test]
    public void An_order_repeats_rows_as_pods_of_their_own_that_share_a_spec()
    {
        Workload workload = Files.Trace(order: "1\n0\n1\n\n1\r\n").Good();
        Assert.That(workload.Arrivals.Select(a => a.Pod.Name), Is.EqualTo(new[] { "p1", "p0", "p1-2", "p1-3" }));
        Assert.That(workload.Arrivals[2].Pod, Is.Not.SameAs(workload.Arrivals[0].Pod));
        Assert.That(workload.Arrivals[2].Pod.Spec, Is.SameAs(workload.Arrivals[0].Pod.Spec));
        Assert.That(workload.Population, Has.Length.EqualTo(4), "the population is the list, whatever the order takes of it");
    }

    [Test]
    public void A_repeated_pod_does_not_take_the_name_of_another()
    {
        Workload workload = Files.Trace(pods: Files.PodHeader + "p,1,1,0,0,\np-2,1,1,0,0,\n", order: "0\n0\n1\n0").Good();
        Assert.That(workload.Arrivals.Select(a => a.Pod.Name), Is.EqualTo(new[] { "p", "p-3", "p-2", "p-4" }));
    }

    [Test]
    public void Optional_columns_may_be_absent_and_columns_stand_in_any_order()
    {
        Workload workload = Files.Trace(pods: "gpu_milli,num_gpu,name,memory_mib,cpu_milli\n500,1,p,1024,2000\n").Good();
        Assert.That(workload.Arrivals[0].Pod.Spec.Devices.Milli, Is.EqualTo(500));
        Assert.That(workload.Arrivals[0].Pod.Spec.Containers[0].Requests[ResourceNames.Cpu], Is.EqualTo(2000));
    }

    [Test]
    public void Byte_order_mark_carriage_returns_quotes_and_blank_lines_are_read()
    {
        string nodes = "\uFEFF" + Files.NodeHeader.Replace("\n", "\r\n") + "\"n\"\"0\",\"64000\",262144,2,\"A,B\"\r\n\r\n";
        Workload workload = Files.Trace(nodes: nodes).Good();
        Assert.That(workload.Nodes[0].Name, Is.EqualTo("n\"0"));
        Assert.That(workload.Nodes[0].Shape.Model, Is.EqualTo("A,B"));
    }

    [Test]
    public void A_share_above_a_whole_device_counts_as_one()
    {
        Workload workload = Files.Trace(pods: Files.PodHeader + "p,1000,1,1,1500,\n").Good();
        Assert.That(workload.Arrivals[0].Pod.Spec.Devices.IsExclusive);
    }

    [Test]
    public void Timed_pods_come_when_created_and_stay_from_scheduling_to_deletion()
    {
        Workload workload = Files.Trace(pods: Timed
            + "late,1000,1,1,500,,LS,Running,1500,1600,1510\n"
            + "first,1000,1,1,500,,LS,Running,1000,1300,\n"
            + "stays,1000,1,1,500,,LS,Running,1200,,1200\n").Good(timed: true);
        Assert.That(workload.IsTimed);
        Assert.That(workload.Arrivals.Select(a => (a.Pod.Name, a.At.TotalSeconds, a.Duration?.TotalSeconds)), Is.EqualTo(new (string, double, double?)[]
        {
            ("first", 0, 300), ("stays", 200, null), ("late", 500, 90),
        }));
    }

    [Test]
    public void Times_count_only_where_the_trace_is_timed()
    {
        Workload workload = Files.Trace(pods: Timed + "p,1000,1,1,500,,LS,Pending,,,\n").Good();
        Assert.That(workload.IsTimed, Is.False);
        Assert.That(workload.Arrivals, Has.Length.EqualTo(1));
    }
}
