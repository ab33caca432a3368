namespace GpuScheduler.Simulation.Tests;

public sealed class DumpTests
{
    private static readonly WorkloadSource Cluster = new() { ClusterPaths = ["dir/cluster.yaml"], SchedulerName = "ours" };

    private static Workload Read(WorkloadSource source, string yaml = Dumps.Cluster)
    {
        (Workload? workload, Framework.ConfigurationErrors errors) = new Files().With("dir/cluster.yaml", yaml).Read(source);
        Assert.That(errors.ToString(), Is.Empty);
        return workload!;
    }

    [Test]
    public void Bound_pods_hold_their_places_and_finished_ones_nothing()
    {
        Workload workload = Read(Cluster);
        Assert.Multiple(() =>
        {
            Assert.That(workload.Name, Is.EqualTo("cluster.yaml"));
            Assert.That(workload.Nodes.Single().Shape.Count, Is.EqualTo(4));
            Assert.That(workload.BoundPods.Select(p => (p.Name, p.BoundNode)), Is.EqualTo(new[] { ("bound", "gpu-0") }));
            Assert.That(workload.BoundPods[0].Spec.SchedulerName, Is.EqualTo("theirs"), "who placed it stays as it is");
            Assert.That(workload.Population, Has.Length.EqualTo(5), "bound and pending pods");
            Assert.That(workload.IsTimed, Is.False);
        });
    }

    [Test]
    public void Pending_pods_come_by_priority_then_age_then_name_as_if_they_named_our_scheduler()
    {
        Workload workload = Read(Cluster);
        Assert.That(workload.Arrivals.Select(a => a.Pod.Name), Is.EqualTo(new[] { "urgent", "z", "y", "young" }));
        Assert.That(workload.Arrivals.Select(a => a.Pod.Spec.SchedulerName), Has.All.EqualTo("ours"));
        Assert.That(workload.Arrivals[0].Pod.Spec.Devices.Count, Is.EqualTo(1));
    }

    [Test]
    public void Pods_of_other_schedulers_can_be_left_out() =>
        Assert.That(Read(Cluster with { OwnPodsOnly = true }).Arrivals.Select(a => a.Pod.Name), Is.EqualTo(new[] { "z" }));

    [Test]
    public void Several_files_are_one_cluster_also_where_they_are_given_as_nodes_and_pods()
    {
        Files files = new Files().With("n.yaml", Dumps.Nodes).With("p.yaml", Dumps.Pods);
        Workload together = files.Read(new WorkloadSource { ClusterPaths = ["n.yaml", "p.yaml"] }).Workload!;
        Workload? pair = files.Read(new WorkloadSource { NodesPath = "n.yaml", PodsPath = "p.yaml" }).Workload;
        Assert.That(together.Arrivals, Has.Length.EqualTo(4));
        Assert.That(pair?.Arrivals.Select(a => a.Pod.Name), Is.EqualTo(together.Arrivals.Select(a => a.Pod.Name)));
    }

    [Test]
    public void A_json_list_is_read_as_well()
    {
        const string Json = """
            {"apiVersion":"v1","kind":"List","items":[
              {"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"status":{"allocatable":{"cpu":"4","memory":"8Gi","pods":"110"}}},
              {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c"}]},"status":{"phase":"Pending"}}]}
            """;
        Assert.That(Read(Cluster, Json).Arrivals.Single().Pod.Name, Is.EqualTo("p"));
    }

    [Test]
    public void A_cluster_without_nodes_or_without_pending_pods_is_told()
    {
        Assert.That(new Files().With("p.yaml", Dumps.Pods).Errors(Cluster with { ClusterPaths = ["p.yaml"] }),
            Is.EqualTo(new[] { "p.yaml: there is no Node here; add nodes, as kubectl get nodes,pods -A -o yaml prints them" }));
        Assert.That(new Files().With("n.yaml", Dumps.Nodes).Errors(Cluster with { ClusterPaths = ["n.yaml"] }),
            Is.EqualTo(new[] { "n.yaml: there is no pending pod here; add pods without spec.nodeName to be tried" }));
        Assert.That(new Files().With("c.yaml", Dumps.Cluster).Errors(Cluster with { ClusterPaths = ["c.yaml"], OwnPodsOnly = true, SchedulerName = "nobody" }),
            Is.EqualTo(new[] { "c.yaml: none of the 4 pending pods names the scheduler nobody; try all pods, or correct the name" }));
    }

    [Test]
    public void Errors_of_all_files_come_at_once()
    {
        string[] errors = new Files().With("a.yaml", Dumps.Nodes.Replace("512Gi", "lots")).With("b.yaml", "kind: Pod\n")
            .Errors(Cluster with { ClusterPaths = ["a.yaml", "b.yaml", "c.yaml"] });
        Assert.That(errors, Has.Some.StartsWith("a.yaml:7:").And.Some.StartsWith("b.yaml:1:").And.Some.StartsWith("c.yaml: there is no such file"));
    }
}
