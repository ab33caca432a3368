using System.Globalization;
using System.Text;
using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation.Tests;

public sealed class ScenarioTests
{
    private const string Small = """
        apiVersion: gpuscheduler.dev/v1alpha1
        kind: SimulationScenario
        seed: 7
        nodes:
          - count: 5
            namePrefix: a-
            cpu: 64
            memory: 512Gi
            model: A100
            gpus: 4
            gpuMemory: 40Gi
            links: nvlink-pairs
            labels: {pool: training}
            taints: [{key: dedicated, value: gpu, effect: NoSchedule}]
            domains:
              - {label: zone, prefix: z, count: 2}
              - {label: rack, prefix: r, size: 2}
          - count: 3
            namePrefix: c-
            cpu: 3500m
            memory: 16Gi
            domains:
              - {label: zone, prefix: z, count: 2}
              - {label: rack, prefix: r, size: 2}
        workload:
          pods: 400
          mix:
            - {name: whole, weight: 1, gpus: 2, cpu: 8, memory: 32Gi, models: [A100], priority: 5, tolerations: [{key: dedicated, operator: Exists}]}
            - {name: share, weight: 2, fraction: 0.25, cpu: 2, memory: 8Gi, tolerations: [{operator: Exists}]}
            - {name: slice, weight: 1, gpuMemory: 10Gi, cpu: 2, memory: 8Gi, tolerations: [{operator: Exists}]}
            - {name: cpu, weight: 4, cpu: 500m, memory: 1Gi}
        """;

    private static Workload Read(string scenario, ulong? seed = null)
    {
        bool isName = ScenarioCatalog.Names.Contains(scenario);
        (Workload? workload, Framework.ConfigurationErrors errors) = new Files().With("dir/s.yaml", scenario)
            .Read(new WorkloadSource { Scenario = isName ? scenario : "dir/s.yaml", Seed = seed });
        Assert.That(errors.ToString(), Is.Empty);
        return workload!;
    }

    /// <summary>All of a workload as text.</summary>
    private static string Print(Workload workload)
    {
        StringBuilder text = new();
        foreach (Node n in workload.Nodes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{n} {n.Shape} {n.Allocatable} {string.Join(',', n.Labels)}\n");
        }

        foreach (Arrival a in workload.Arrivals)
        {
            text.Append(CultureInfo.InvariantCulture, $"{a.At} {a.Duration} {a.Pod} {a.Pod.Priority} {a.Pod.Spec.Devices.Count} {a.Pod.Spec.Containers[0].Requests}\n");
        }

        return text.ToString();
    }

    private static double LoadOf(Workload workload) =>
        100.0 * workload.Arrivals.Sum(a => RunObserver.MilliOf(a.Pod.Spec.Devices, workload.Nodes.SelectMany(n => n.Shape.Devices).Max(d => d.MemoryMiB)))
        / workload.Nodes.Sum(n => n.Shape.TotalMilli);

    [Test]
    public void Nodes_are_as_the_groups_say()
    {
        Workload workload = Read(Small);
        Assert.Multiple(() =>
        {
            Assert.That(workload.Name, Is.EqualTo("s"));
            Assert.That(workload.Nodes.Select(n => n.Name), Is.EqualTo(new[] { "a-00000", "a-00001", "a-00002", "a-00003", "a-00004", "c-00000", "c-00001", "c-00002" }));
            Assert.That(workload.Nodes.Select(n => n.Labels["zone"]), Is.EqualTo(new[] { "z0", "z1", "z0", "z1", "z0", "z0", "z1", "z0" }), "zones take turns");
            Assert.That(workload.Nodes.Select(n => n.Labels["rack"]), Is.EqualTo(new[] { "r0", "r0", "r1", "r1", "r2", "r3", "r3", "r4" }), "each group has racks of its own");
            Node gpu = workload.Nodes[0];
            Assert.That(gpu.Labels["pool"], Is.EqualTo("training"));
            Assert.That(gpu.Labels[WellKnownLabels.GpuProduct], Is.EqualTo("A100"));
            Assert.That(gpu.Taints, Is.EqualTo(new[] { new Taint("dedicated", "gpu", TaintEffect.NoSchedule) }));
            Assert.That(gpu.Shape.Devices.Select(d => (d.MemoryMiB, d.NumaNode)), Is.EqualTo(new[] { (40960, 0), (40960, 0), (40960, 1), (40960, 1) }));
            Assert.That(gpu.Shape.LinkBetween(0, 1).Kind, Is.EqualTo(LinkKind.NvLink));
            Assert.That(gpu.Shape.LinkBetween(1, 2).Kind, Is.EqualTo(LinkKind.CrossSocket));
            Assert.That(workload.Nodes[5].Allocatable, Is.EqualTo(ResourceList.Of((ResourceNames.Cpu, 3500), (ResourceNames.Memory, 16L << 30), (ResourceNames.Pods, 110))));
            Assert.That(workload.Nodes[5].Shape, Is.EqualTo(DeviceShape.None));
        });
    }

    [Test]
    public void Nodes_may_be_machines_whose_links_are_known()
    {
        Workload workload = Read(Small.Replace("model: A100\n    gpus: 4\n    gpuMemory: 40Gi\n    links: nvlink-pairs", "shape: a6000-pairs-4\n    gpuMemory: 40Gi\n    model: A100", StringComparison.Ordinal));
        Assert.That(workload.Nodes[0].Shape, Is.EqualTo(ShapeCatalog.BuiltIn.Find("a6000-pairs-4")!.Shape.Relabel("A100", 40960)));
        Assert.That(workload.Nodes[0].Labels[WellKnownLabels.GpuProduct], Is.EqualTo("A100"));
    }

    [Test]
    public void Pods_come_as_often_as_their_weights_say()
    {
        Workload workload = Read(Small);
        Assert.That(workload.Arrivals, Has.Length.EqualTo(400));
        Dictionary<string, int> counts = workload.Arrivals.CountBy(a => a.Pod.Name.Split('-')[0]).ToDictionary();
        Assert.Multiple(() =>
        {
            Assert.That(counts["cpu"], Is.EqualTo(200).Within(40));
            Assert.That(counts["share"], Is.EqualTo(100).Within(35));
            Assert.That(counts["whole"], Is.EqualTo(50).Within(25));
            Assert.That(workload.Population.Count(s => s.Devices.IsNone), Is.EqualTo(500), "the mix in thousandths");
            Pod whole = workload.Arrivals.First(a => a.Pod.Name == "whole-1").Pod;
            Assert.That(whole.Priority, Is.EqualTo(5));
            Assert.That(whole.Spec.Devices with { Models = [], Source = "" }, Is.EqualTo(new DeviceRequest { Count = 2, Milli = 1000 }));
            Assert.That(whole.Spec.Devices.Models, Is.EqualTo(new[] { "A100" }));
            Assert.That(workload.Arrivals.First(a => a.Pod.Name == "slice-1").Pod.Spec.Devices.MemoryMiB, Is.EqualTo(10240));
            Assert.That(workload.Arrivals.First(a => a.Pod.Name == "share-1").Pod.Spec.Devices.Milli, Is.EqualTo(250));
            Assert.That(workload.Arrivals.Select(a => a.Pod.Name), Is.Unique);
        });
    }

    [Test]
    public void The_same_seed_makes_the_same_workload_and_another_seed_another([Values("h100", "linked", "mixed", "mixed-timed", "nvl72")] string name)
    {
        string text = Print(Read(name, 3));
        Assert.That(Print(Read(name, 3)), Is.EqualTo(text));
        Assert.That(Print(Read(name, 4)), Is.Not.EqualTo(text));
    }

    /// <summary>Written down once: what a seed makes does not depend on the machine, nor on the version of the runtime.</summary>
    [Test]
    public void A_seed_makes_the_same_on_every_machine()
    {
        Arrival[] first = [.. Read("mixed-timed", 1).Arrivals.Take(3)];
        Assert.That(first.Select(a => $"{a.At:c} {a.Pod.Name} {a.Duration:c}"), Is.EqualTo(Golden));
    }

    private static readonly string[] Golden =
        ["00:00:35.7830000 batch-1-1 06:22:11", "00:00:37.7700000 notebook-1 02:17:22", "00:00:40.4460000 training-1-1 02:03:19"];

    [Test]
    public void A_load_is_reached_and_not_passed_by_more_than_a_pod([Values("h100", "mixed", "nvl72")] string name)
    {
        Workload workload = Read(name);
        Assert.That(LoadOf(workload), Is.InRange(130, 130 + (100.0 * 8 / workload.Nodes.Sum(n => n.Shape.Count))));
        Assert.That(workload.IsTimed, Is.False);
    }

    [Test]
    public void H100_nodes_have_eight_linked_gpus()
    {
        Workload workload = Read("h100");
        Assert.That(workload.Nodes, Has.Length.EqualTo(96));
        Assert.That(workload.Nodes.Select(n => (n.Shape.Count, n.Shape.LinkBetween(0, 7))), Has.All.EqualTo((8, new Link(LinkKind.NvSwitch, 900))));
        Assert.That(workload.Arrivals.Count(a => a.Pod.Spec.Devices.Count == 8), Is.GreaterThan(30));
    }

    [Test]
    public void Mixed_has_three_models_a_third_shares_and_scarce_cpu()
    {
        Workload workload = Read("mixed");
        Assert.Multiple(() =>
        {
            Assert.That(workload.Nodes.CountBy(n => n.Shape.Model).Select(c => c.Value), Is.EqualTo(new[] { 128, 128, 64 }));
            Assert.That(workload.Arrivals.Count(a => a.Pod.Spec.Devices is { IsNone: false, IsExclusive: false }) / (double)workload.Arrivals.Length, Is.InRange(0.3, 0.45));
            Assert.That(workload.Arrivals.Count(a => a.Pod.Spec.Devices.IsNone), Is.GreaterThan(100));
            double cpu = workload.Arrivals.Sum(a => a.Pod.Spec.Containers[0].Requests[ResourceNames.Cpu]) / (double)workload.Nodes.Sum(n => n.Allocatable[ResourceNames.Cpu]);
            Assert.That(cpu, Is.InRange(1.0, 1.3));
        });
    }

    [Test]
    public void Nvl72_racks_are_cliques_of_eighteen_trays()
    {
        Workload workload = Read("nvl72");
        Assert.That(workload.Nodes.Select(n => n.Shape.Count), Has.All.EqualTo(4));
        Assert.That(workload.Nodes.CountBy(n => n.Labels[WellKnownLabels.GpuClique]).Select(c => c.Value), Is.EqualTo(Enumerable.Repeat(18, 8)));
        Assert.That(workload.Nodes[0].Labels[WellKnownLabels.GpuClique], Does.Match("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}[.]1$"));
    }

    [Test]
    public void Mixed_timed_lasts_a_week_and_keeps_the_gpus_busy()
    {
        Workload workload = Read("mixed-timed");
        int largest = workload.Nodes.SelectMany(n => n.Shape.Devices).Max(d => d.MemoryMiB);
        double busy = workload.Arrivals.Sum(a => RunObserver.MilliOf(a.Pod.Spec.Devices, largest) * a.Duration!.Value.TotalHours)
            / 168 / workload.Nodes.Sum(n => n.Shape.TotalMilli);
        Assert.Multiple(() =>
        {
            Assert.That(workload.IsTimed);
            Assert.That(workload.Arrivals.Select(a => a.At), Is.Ordered);
            Assert.That(workload.Arrivals[^1].At, Is.GreaterThan(TimeSpan.FromDays(6.9)).And.LessThanOrEqualTo(TimeSpan.FromDays(7)));
            Assert.That(busy, Is.InRange(0.85, 1.0), "95% less what the maxima cut off");
            Assert.That(workload.Arrivals.Where(a => a.Pod.Name.StartsWith("report", StringComparison.Ordinal)).Select(a => a.Duration), Has.All.EqualTo(TimeSpan.FromMinutes(30)));
            double mean = workload.Arrivals.Where(a => a.Pod.Name.StartsWith("serving", StringComparison.Ordinal)).Average(a => a.Duration!.Value.TotalHours);
            Assert.That(mean, Is.EqualTo(8).Within(0.8));
            TimeSpan[] batch = [.. workload.Arrivals.Where(a => a.Pod.Name.StartsWith("batch", StringComparison.Ordinal)).Select(a => a.Duration!.Value).Order()];
            Assert.That(batch[batch.Length / 2].TotalMinutes, Is.EqualTo(40).Within(4));
        });
    }

    [Test]
    public void A_rate_makes_as_many_pods_in_the_span()
    {
        Workload workload = Read(Small.Replace("  pods: 400", "  arrivals: {kind: poisson, ratePerHour: 60, span: 48h}"));
        Assert.That(workload.Arrivals, Has.Length.EqualTo(2880).Within(220));
        Assert.That(workload.Arrivals.Select(a => a.Duration), Has.All.Null, "no duration: they stay");
    }

    [Test]
    public void The_documented_example_is_read()
    {
        string text = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "simulation-inputs.md"));
        string example = text.Split("```yaml\n")[1].Split("```")[0];
        Workload workload = Read(example);
        Assert.That(workload.Nodes, Has.Length.EqualTo(16));
        Assert.That(workload.IsTimed);
    }

    [Test]
    public void Every_built_in_scenario_is_documented()
    {
        string text = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "simulation-inputs.md"));
        Assert.That(ScenarioCatalog.Names, Is.EqualTo(new[] { "h100", "h100-gangs", "linked", "mixed", "mixed-timed", "nvl72", "nvl72-gangs" }));
        Assert.That(ScenarioCatalog.Names.Where(n => !text.Contains($"| `{n}` |")), Is.Empty);
    }

    [Test]
    public void Every_built_in_scenario_says_what_it_is() =>
        Assert.That(ScenarioCatalog.Names.Select(ScenarioCatalog.DescriptionOf), Is.Unique.And.All.Match("[0-9]+ .*(nodes|racks)"));
}
