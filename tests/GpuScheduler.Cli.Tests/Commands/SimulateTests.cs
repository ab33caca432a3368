using System.Text.Json;
using System.Text.RegularExpressions;

namespace GpuScheduler.Cli.Tests;

public sealed class SimulateTests
{
    [Test]
    public void Simulate_alone_compares_the_default_policies_on_the_built_in_cluster()
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run("simulate"), Is.Zero, terminal.Error);
        Assert.That(terminal.Error, Is.Empty);
        foreach (string policy in PolicyCatalog.DefaultSelection.Split(','))
        {
            Assert.That(terminal.Out, Does.Match($@"(?m)^\W*{policy}\b"));
        }
    }

    [Test]
    public void The_json_has_a_run_for_each_policy_and_seed_in_the_order_given()
    {
        JsonElement root = FakeTerminal.WithTrace().Json("--policy fgd,best-fit --seed 7,9");
        Assert.That(
            root.GetProperty("runs").EnumerateArray().Select(r => (r.GetProperty("policy").GetString(), r.GetProperty("seed").GetInt32())),
            Is.EqualTo(new[] { ("fgd", 7), ("fgd", 9), ("best-fit", 7), ("best-fit", 9) }));
        Assert.That(root.GetProperty("kind").GetString(), Is.EqualTo("SimulationReport"));
        Assert.That(root.GetProperty("apiVersion").GetString(), Does.StartWith("gpuscheduler.dev/v1"));
    }

    [Test]
    public void Each_run_tells_its_pods_its_time_and_a_curve_at_every_whole_percent()
    {
        foreach (JsonElement run in FakeTerminal.WithTrace().Json().GetProperty("runs").EnumerateArray())
        {
            int placed = run.GetProperty("placed").GetInt32();
            Assert.That(run.GetProperty("pods").GetInt32(), Is.EqualTo(24));
            Assert.That(run.GetProperty("failed").GetInt32(), Is.EqualTo(24 - placed));
            Assert.That(run.GetProperty("seconds").GetDouble(), Is.GreaterThan(0));

            // Four times 2.52 devices of 8: 126 %.
            JsonElement[] curve = [.. run.GetProperty("curve").EnumerateArray()];
            Assert.That(curve.Select(p => p.GetProperty("arrivedPercent").GetInt32()), Is.EqualTo(Enumerable.Range(0, 127)));
            double[] allocated = [.. curve.Select(p => p.GetProperty("allocatedPercent").GetDouble())];
            Assert.That(allocated, Is.Ordered.And.All.InRange(0, 100));
            Assert.That(allocated[^1], Is.GreaterThan(80));
        }
    }

    [Test]
    public void An_order_file_says_which_pods_come_and_when()
    {
        JsonElement run = FakeTerminal.WithTrace(order: "3\n0\n1\n").Json("--policy packing").GetProperty("runs")[0];
        Assert.That((run.GetProperty("pods").GetInt32(), run.GetProperty("placed").GetInt32()), Is.EqualTo((3, 3)));

        // 1000 + 500 + 330 of 8000.
        Assert.That(run.GetProperty("curve").EnumerateArray().Last().GetProperty("allocatedPercent").GetDouble(), Is.EqualTo(22.9).Within(0.05));
    }

    [Test]
    public void Every_policy_places_what_fits()
    {
        string all = string.Join(',', PolicyCatalog.All.Select(p => p.Name));
        JsonElement root = FakeTerminal.WithTrace(order: string.Join('\n', Enumerable.Range(0, 6))).Json($"--policy {all}");
        Assert.That(
            root.GetProperty("runs").EnumerateArray().Select(r => (r.GetProperty("policy").GetString(), r.GetProperty("placed").GetInt32())),
            Is.EqualTo(PolicyCatalog.All.Select(p => (p.Name, 6))));
    }

    [TestCase("table", "POLICY")]
    [TestCase("wide", "POLICY")]
    [TestCase("TABLE", "POLICY")]
    [TestCase("yaml", "apiVersion: gpuscheduler.dev/v1")]
    [TestCase("json", "\"runs\": [")]
    [TestCase("csv", ",")]
    public void Each_format_is_written_to_standard_output(string format, string contains)
    {
        FakeTerminal terminal = FakeTerminal.WithTrace();
        Assert.That(terminal.Simulate($"--policy best-fit -o {format}"), Is.Zero, terminal.Error);
        Assert.That(terminal.Out, Does.Contain(contains).And.Contain("best-fit"));
        Assert.That(terminal.Error, Is.Empty);
    }

    [TestCase("json")]
    [TestCase("yaml")]
    [TestCase("csv")]
    [TestCase("table")]
    [TestCase("wide")]
    public void Without_timings_the_same_run_prints_the_same_bytes(string format)
    {
        FakeTerminal slow = new() { Tick = TimeSpan.FromSeconds(5) };
        slow.With("nodes.csv", FakeTerminal.SmallNodes).With("pods.csv", FakeTerminal.SmallPods);
        FakeTerminal fast = FakeTerminal.WithTrace();
        string options = $"--policy default,default-learned,random --seed 1,2 --no-timings --report r.html -o {format}";
        Assert.That(slow.Simulate(options), Is.Zero, slow.Error);
        Assert.That(fast.Simulate(options), Is.Zero, fast.Error);
        Assert.That(fast.Out, Is.EqualTo(slow.Out));
        Assert.That(fast["r.html"], Is.EqualTo(slow["r.html"]));
    }

    [Test]
    public void The_same_seed_decides_alike_in_any_company_and_other_seeds_may_not()
    {
        string[] Curves(string options) =>
            [.. FakeTerminal.WithTrace().Json(options).GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("curve").GetRawText())];
        string[] many = Curves("--policy random --seed 1,2,3,4,5,6,7,8");
        Assert.That(Curves("--policy random --seed 5")[0], Is.EqualTo(many[4]));
        Assert.That(many.Distinct().ToArray(), Has.Length.GreaterThan(1));
    }

    [Test]
    public void The_report_is_one_page_that_needs_nothing_else()
    {
        FakeTerminal terminal = FakeTerminal.WithTrace();
        Assert.That(terminal.Simulate("--policy default,random --report out/report.html"), Is.Zero, terminal.Error);
        string page = terminal["out/report.html"];
        Assert.That(page, Does.StartWith("<!DOCTYPE html>").IgnoreCase.And.Contain("<svg").And.Contain("</html>"));
        Assert.That(page, Does.Not.Match(@"<script[^>]*\bsrc|<link\b|<img\b[^>]*src=""http|url\(\s*['""]?http|@import|<iframe"));
        Assert.That(terminal.Error.Trim(), Is.EqualTo("wrote out/report.html"));
    }

    [Test]
    public void A_tie_order_decides_between_nodes_alike()
    {
        string nodes = FakeTerminal.NodeHeader + "a,64000,262144,1,T4\nb,64000,262144,1,T4\nc,64000,262144,1,T4\n";
        string pods = FakeTerminal.PodHeader + "p,1000,1024,1,1000,\n";
        string PageWith(string order)
        {
            FakeTerminal terminal = FakeTerminal.WithTrace(nodes, pods).With("ties.txt", order);
            Assert.That(terminal.Simulate("--policy best-fit --tie-order ties.txt --no-timings --report r.html"), Is.Zero, terminal.Error);
            return terminal["r.html"];
        }

        Assert.That(PageWith("b\nc\na\n"), Is.Not.EqualTo(PageWith("c\nb\na\n")), "the map of devices shows another node used");
        Assert.That(PageWith("b\nc\na\n"), Is.EqualTo(PageWith("001-b\r\n\n002-c\n003-a")), "digits before a name do not matter, nor line ends");
    }

    [Test]
    public void A_profile_of_a_configuration_is_a_policy()
    {
        FakeTerminal terminal = FakeTerminal.WithTrace().With("config.yaml", RepositoryFiles.Read("scheduler-config.yaml"));
        JsonElement runs = terminal.Json("--config config.yaml --policy default-scheduler,default").GetProperty("runs");
        Assert.That(runs.EnumerateArray().Select(r => r.GetProperty("policy").GetString()), Is.EqualTo(new[] { "default-scheduler", "default" }));
        Assert.That(runs[0].GetProperty("placed").GetInt32(), Is.InRange(16, 24));
    }

    [Test]
    public void Pending_pods_of_a_dump_are_tried()
    {
        FakeTerminal terminal = new FakeTerminal().With("dump.yaml", """
            apiVersion: v1
            kind: Node
            metadata: {name: gpu-0}
            status: {allocatable: {cpu: "8", memory: 64Gi, pods: "110", nvidia.com/gpu: "1"}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: a}
            spec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: "1"}}}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: b}
            spec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: "1"}}}]}
            """);
        Assert.That(terminal.Run("simulate --cluster dump.yaml --policy default,fgd -o json"), Is.Zero, terminal.Error);
        Assert.That(
            JsonDocument.Parse(terminal.Out).RootElement.GetProperty("runs").EnumerateArray()
                .Select(r => (r.GetProperty("placed").GetInt32(), r.GetProperty("failed").GetInt32())),
            Is.EqualTo(new[] { (1, 1), (1, 1) }));

        Assert.That(terminal.Run("simulate --cluster dump.yaml --policy default --show-pods"), Is.Zero, terminal.Error);
        Assert.That(terminal.Out, Does.Match(@"default +42 +default +a +Placed +gpu-0 +0\n").And.Match("default +42 +default +b +Pending +<none> +<none> +0/1 nodes are available: 1 .*"));
    }

    [Test]
    public void Jobs_of_a_job_set_with_exclusive_topology_have_a_rack_each()
    {
        string nodes = string.Concat(Enumerable.Range(0, 4).Select(i => $$"""
            apiVersion: v1
            kind: Node
            metadata:
              name: gpu-{{i}}
              labels:
                topology.kubernetes.io/rack: r{{i / 2}}
            status:
              allocatable: {cpu: "8", memory: 64Gi, pods: "110", nvidia.com/gpu: "4"}
            ---

            """));
        FakeTerminal terminal = new FakeTerminal().With("set.yaml", nodes + """
            apiVersion: jobset.x-k8s.io/v1alpha2
            kind: JobSet
            metadata: {name: tp, annotations: {alpha.jobset.sigs.k8s.io/exclusive-topology: topology.kubernetes.io/rack}}
            spec:
              replicatedJobs:
              - name: w
                replicas: 3
                template: {spec: {parallelism: 1, completions: 1, template: {spec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: "1"}}}]}}}}
            """);
        Assert.That(terminal.Run("simulate --cluster set.yaml --policy default --show-pods"), Is.Zero, terminal.Error);
        Assert.That(Regex.Matches(terminal.Out, @"Placed +gpu-\d").Select(m => (m.Value[^1] - '0') / 2), Is.EquivalentTo(new[] { 0, 1 }));
        Assert.That(terminal.Out, Does.Match("Pending .* fits in no rack: none is left to it; rack r0 belongs to jobset.sigs.k8s.io/job-key default/tp-w-[012], rack r1 belongs to"));
    }

    [Test]
    public void A_timed_scenario_tells_how_long_pods_waited()
    {
        FakeTerminal terminal = new();
        Assert.That(terminal.Run("simulate --scenario mixed-timed --policy best-fit -o json"), Is.Zero, terminal.Error);
        JsonElement queueing = JsonDocument.Parse(terminal.Out).RootElement.GetProperty("runs")[0].GetProperty("queueing");
        Assert.That(queueing.GetProperty("makespanSeconds").GetDouble(), Is.GreaterThan(167 * 3600));
        Assert.That(queueing.GetProperty("meanAllocatedPercent").GetDouble(), Is.InRange(20, 100));
        Assert.That(queueing.GetProperty("waiting").EnumerateObject().Count(), Is.GreaterThan(1));
    }

    [Test]
    public void Clusters_without_gpus_or_pods_that_ask_for_any_are_no_trouble()
    {
        FakeTerminal noDevices = FakeTerminal.WithTrace(nodes: FakeTerminal.NodeHeader + "n2,32000,65536,0,\n");
        Assert.That(noDevices.Simulate("--report r.html"), Is.Zero, noDevices.Error);
        FakeTerminal cpuOnly = FakeTerminal.WithTrace(pods: FakeTerminal.PodHeader + "p,1000,1024,0,0,\n");
        Assert.That(cpuOnly.Simulate("--report r.html"), Is.Zero, cpuOnly.Error);
        Assert.That(noDevices.Out + cpuOnly.Out, Does.Not.Contain("NaN"));
    }
}
