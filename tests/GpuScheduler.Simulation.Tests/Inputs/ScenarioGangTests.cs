using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation.Tests;

public sealed class ScenarioGangTests
{
    private const string Good = """
        apiVersion: gpuscheduler.dev/v1alpha1
        kind: SimulationScenario
        seed: 3
        nodes:
          - {count: 8, namePrefix: n-, cpu: 64, memory: 512Gi, model: H100, gpus: 8, domains: [{label: rack, prefix: r, size: 4}]}
        workload:
          arrivals: {kind: poisson, ratePerHour: 60, span: 24h}
          mix:
            - {name: train, weight: 3, gpus: 8, cpu: 8, memory: 8Gi, priority: 5, duration: {kind: exponential, mean: 1h}, gang: {sizes: [{pods: 2, weight: 3}, {pods: 4, weight: 1}], requiredLevel: rack}}
            - {name: serve, gpus: 1, cpu: 4, memory: 8Gi, gang: {preferredLevel: rack, groups: [{name: prefill, size: 2, min: 1}, {name: decode, size: 3, requiredLevel: rack}]}}
            - {name: single, gpus: 1, cpu: 4, memory: 8Gi}
        """;

    private static readonly WorkloadSource Source = new() { Scenario = "s.yaml" };

    [Test]
    public void Pods_of_a_gang_come_together_and_run_equally_long()
    {
        Workload workload = Read(Good);
        foreach (IGrouping<GangKey, Arrival> gang in workload.Arrivals.Where(a => a.Pod.Gang is not null).GroupBy(a => a.Pod.Gang!.Gang))
        {
            Assert.That(gang.Select(a => (a.At, a.Duration)).Distinct().Count(), Is.EqualTo(1));
            Assert.That(gang.Select(a => a.Pod.Gang!.Rank), Is.EqualTo(Enumerable.Range(0, gang.Count())));
            Assert.That(workload.Gangs.Single(g => g.Key == gang.Key).Group.Size, Is.EqualTo(gang.Count()));
        }

        Assert.That(workload.Arrivals.Select(a => a.Pod.Name), Is.Unique);
        Assert.That(workload.Arrivals.Where(a => a.Pod.Name.StartsWith("single", StringComparison.Ordinal)).Select(a => a.Pod.Gang), Has.All.Null);
    }

    [Test]
    public void How_fast_nodes_talk_is_what_the_domains_and_the_scenario_say()
    {
        Assert.That(Read(Good).Network, Is.Null);
        NetworkBandwidths network = Read(Good.Replace("size: 4}", "size: 4, gigabytesPerSecond: 100}", StringComparison.Ordinal) + "\nnetworkGigabytesPerSecond: 25").Network!;
        Assert.That(network.ByLevel, Is.EqualTo(new Dictionary<string, int> { ["rack"] = 100 }));
        Assert.That(network.Beyond, Is.EqualTo(25));
    }

    [Test]
    public void Sizes_come_as_often_as_their_weights_say_and_a_gang_counts_as_one_arrival()
    {
        Workload workload = Read(Good);
        int[] sizes = [.. workload.Gangs.Where(g => g.Key.Name.StartsWith("train", StringComparison.Ordinal)).Select(g => g.Group.Size!.Value)];
        Assert.That(sizes.Count(s => s == 2), Is.EqualTo(3.0 / 4 * sizes.Length).Within(0.05 * sizes.Length));
        Assert.That(sizes, Has.All.EqualTo(2).Or.EqualTo(4));
        Assert.That(workload.Gangs.Length + workload.Arrivals.Count(a => a.Pod.Gang is null), Is.EqualTo(1440).Within(150));
    }

    [Test]
    public void A_gang_has_the_minimum_levels_and_groups_that_its_kind_says()
    {
        Workload workload = Read(Good);
        GangObject train = workload.Gangs.First(g => g.Key.Name.StartsWith("train", StringComparison.Ordinal));
        Assert.That((train.Group.MinPods, train.Group.RequiredLevel, train.Priority), Is.EqualTo((train.Group.Size!.Value, "rack", 5)));
        GangGroup serve = workload.Gangs.First(g => g.Key.Name.StartsWith("serve", StringComparison.Ordinal)).Group;
        Assert.That((serve.MinPods, serve.PreferredLevel), Is.EqualTo((4, "rack")));
        Assert.That(serve.Groups.Select(g => (g.Name, g.MinPods, g.RequiredLevel)), Is.EqualTo(new[] { ("prefill", 1, null), ("decode", 3, "rack") }));
        Assert.That(
            workload.Arrivals.Where(a => a.Pod.Name.StartsWith("serve-1.", StringComparison.Ordinal)).Select(a => a.Pod.Gang!.Group),
            Is.EqualTo(new[] { "prefill", "prefill", "decode", "decode", "decode" }));
    }

    [Test]
    public void Load_counts_every_pod_of_a_gang()
    {
        Workload workload = Read(Good.Replace("arrivals: {kind: poisson, ratePerHour: 60, span: 24h}", "load: 1000"));
        Assert.That(workload.Arrivals.Sum(a => (long)a.Pod.Spec.Devices.Count), Is.InRange(640, 640 + 32));
    }

    [TestCase("sizes: [{pods: 2, weight: 3}, {pods: 4, weight: 1}], ", "", "s.yaml:9:127: workload.mix[0].gang.size: is required; write how many pods a gang has, or instead sizes, or groups")]
    [TestCase("gang: {sizes", "gang: {size: 2, sizes", "s.yaml:9:142: workload.mix[0].gang.sizes: and size both say how many pods a gang has; remove one")]
    [TestCase("gang: {sizes", "gang: {min: 3, sizes", "s.yaml:9:133: workload.mix[0].gang.min: 3 is more than the 2 pods that a gang has; write at most 2")]
    [TestCase("min: 1", "min: 4", "s.yaml:10:108: workload.mix[1].gang.groups[0].min: 4 is more than the 2 pods that the group has; write at most 2")]
    [TestCase("name: decode", "name: prefill", "s.yaml:10:79: workload.mix[1].gang.groups: name \"prefill\" twice; give each group its own name")]
    [TestCase("size: 3, requiredLevel: rack", "size: 3, requiredLevel: rak", "s.yaml:10:150: workload.mix[1].gang.groups[1].requiredLevel: no node has the label rak; did you mean \"rack\"?")]
    [TestCase("preferredLevel: rack", "preferredLevel: topology.kubernetes.io/block", "s.yaml:10:77: workload.mix[1].gang.preferredLevel: no node has the label topology.kubernetes.io/block; add it to domains of nodes, or write one of rack, kubernetes.io/hostname")]
    [TestCase("pods: 4,", "pods: 5,", "s.yaml:9:134: workload.mix[0].gang.sizes: 5 pods must be placed together, and no domain of rack, even empty, holds more than 4; lower it, or add nodes, or require a broader level")]
    [TestCase("pods: 4, weight: 1}], requiredLevel: rack", "pods: 9, weight: 1}]", "s.yaml:9:134: workload.mix[0].gang.sizes: 9 pods must be placed together, and the cluster, even empty, holds 8; lower it, or add nodes")]
    [TestCase("prefill, size: 2", "prefill, size: 0", "s.yaml:10:101: workload.mix[1].gang.groups[0].size: 0 is out of range; write a whole number from 1 to 10000")]
    public void What_is_wrong_is_told_with_its_place_and_mend(string good, string bad, string message)
    {
        string[] errors = new Files().With("s.yaml", Good.Replace(good, bad)).Errors(Source);
        Assert.That(errors.Select(e => e[(e.IndexOf(": ", StringComparison.Ordinal) + 2)..]), Is.EqualTo(new[] { message[(message.IndexOf(": ", StringComparison.Ordinal) + 2)..] }));
    }

    private static Workload Read(string scenario)
    {
        (Workload? workload, Framework.ConfigurationErrors errors) = new Files().With("s.yaml", scenario).Read(Source);
        Assert.That(errors.ToString(), Is.Empty);
        return workload!;
    }
}
