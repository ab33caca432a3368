namespace GpuScheduler.Simulation.Tests;

public sealed class OptionTests
{
    private static readonly WorkloadSource Nothing = new();

    private static readonly TestCaseData[] Contradictions =
    [
        new(Nothing with { NodesPath = "n" }, "--nodes: a trace is two files and --pods is missing; add it"),
        new(Nothing with { PodsPath = "p" }, "--pods: a trace is two files and --nodes is missing; add it"),
        new(Nothing with { OrderPath = "o" }, "--order: numbers the rows of --pods, which is missing; add that or remove this"),
        new(Nothing with { NodesPath = "n", PodsPath = "p", OrderPath = "o", Timed = true }, "--order: sets the order of arrivals and so does --timed; remove one of the two"),
        new(Nothing with { NodesPath = "n", Scenario = "h100" }, "--scenario: makes its own nodes and pods and --nodes brings others; remove one of the two"),
        new(Nothing with { PodsPath = "p", ClusterPaths = ["c"] }, "--cluster: brings its own nodes and pods and --pods brings others; remove one of the two"),
        new(Nothing with { ClusterPaths = ["c"], Scenario = "h100" }, "--scenario: makes its own nodes and pods and --cluster brings others; remove one of the two"),
        new(Nothing with { ClusterPaths = ["c"], Timed = true }, "--timed: needs times of arrival and departure, and what --cluster reads has none; remove one of the two"),
    ];

    [TestCaseSource(nameof(Contradictions))]
    public void Options_that_disagree_are_both_named(WorkloadSource source, string message) =>
        Assert.That(new Files().Errors(source), Is.EqualTo(new[] { message }));

    [Test]
    public void Nothing_at_all_is_the_default_scenario()
    {
        Workload? workload = new Files().Read(Nothing).Workload;
        Assert.That(workload?.Name, Is.EqualTo("mixed"));
    }

    [Test]
    public void A_scenario_that_is_neither_file_nor_built_in_is_told_the_likely_name()
    {
        Assert.That(new Files().Errors(Nothing with { Scenario = "mixd" }),
            Is.EqualTo(new[] { "--scenario: \"mixd\" is neither a file nor a scenario that comes with the program; did you mean \"mixed\"?" }));
        Assert.That(new Files().Errors(Nothing with { Scenario = "dgx/cluster.yaml" }).Single(),
            Does.EndWith("; write a path, or one of h100, h100-gangs, linked, mixed, mixed-timed, nvl72, nvl72-gangs"));
    }

    [Test]
    public void Timed_needs_a_scenario_with_times() =>
        Assert.That(new Files().Errors(Nothing with { Scenario = "h100", Timed = true }).Single(),
            Does.EndWith("workload.arrivals.kind: is order, and --timed needs times; write kind: poisson, or remove --timed"));

    [Test]
    public void The_content_tells_tables_from_manifests()
    {
        Files files = Files.Trace().With("cluster.yaml", Dumps.Cluster);
        Assert.Multiple(() =>
        {
            Assert.That(files.Errors(Nothing with { ClusterPaths = ["nodes.csv"] }),
                Is.EqualTo(new[] { "nodes.csv:1:1: is a CSV table, and --cluster reads manifests; give a trace with --nodes and --pods" }));
            Assert.That(files.Errors(Nothing with { NodesPath = "cluster.yaml", PodsPath = "pods.csv" }),
                Is.EqualTo(new[] { "cluster.yaml:1:1: is a manifest and pods.csv is a CSV table; give both as tables, or both as manifests with --cluster" }));
            Assert.That(files.With("order.txt", "0").Errors(Nothing with { NodesPath = "cluster.yaml", PodsPath = "cluster.yaml", OrderPath = "order.txt" }),
                Is.EqualTo(new[] { "--order: numbers the rows of a trace, and cluster.yaml is a manifest; remove it" }));
        });
    }
}
