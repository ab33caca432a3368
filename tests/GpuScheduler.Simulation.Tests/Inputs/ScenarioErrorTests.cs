namespace GpuScheduler.Simulation.Tests;

public sealed class ScenarioErrorTests
{
    private const string Good = """
        apiVersion: gpuscheduler.dev/v1alpha1
        kind: SimulationScenario
        nodes:
          - {count: 2, namePrefix: n-, cpu: 8, memory: 64Gi, model: T4, gpus: 2, gpuMemory: 16Gi}
        workload:
          load: 130
          mix:
            - {name: a, gpus: 1, cpu: 4, memory: 8Gi, duration: {kind: fixed, value: 1h}}
        """;

    private static readonly WorkloadSource Source = new() { Scenario = "s.yaml" };

    [Test]
    public void The_scenario_that_these_tests_break_is_good() =>
        Assert.That(new Files().With("s.yaml", Good).Read(Source).Errors, Is.Empty);

    [TestCase("gpus: 2,", "gpus: 20,", "s.yaml:4:71: nodes[0].gpus: 20 is out of range; write a whole number from 0 to 16")]
    [TestCase("model: T4, ", "", "s.yaml:4:5: nodes[0].model: is required where there are gpus; add the GPUs' model")]
    [TestCase("gpus: 2, gpuMemory", "shape: dgx-1-v10, gpuMemory", "s.yaml:4:72: nodes[0].shape: \"dgx-1-v10\" is no shape; did you mean \"dgx-1-v100\"?")]
    [TestCase("gpus: 2, gpuMemory", "shape: dgx-2, gpus: 2, gpuMemory", "s.yaml:4:85: nodes[0].gpus: and shape both say what GPUs there are; remove one")]
    [TestCase("gpus: 2, gpuMemory", "links: nvswich, gpus: 2, gpuMemory", "s.yaml:4:72: nodes[0].links: \"nvswich\" is unknown; did you mean \"nvswitch\"?")]
    [TestCase("cpu: 8", "cpu: 8 cores", "s.yaml:4:37: nodes[0].cpu: \"8 cores\" is not a quantity: nothing is called \" cores\"; end it with n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei, a decimal exponent such as e3, or nothing")]
    [TestCase("cpu: 8, ", "", "s.yaml:4:5: nodes[0].cpu: is required; add it")]
    [TestCase("gpuMemory: 16Gi", "gpuMemory: 0", "s.yaml:4:85: nodes[0].gpuMemory: \"0\" is out of range; write MiB such as 81920, or a quantity such as 80Gi, of at least 1 MiB and at most 16Ti")]
    [TestCase("name: a, gpus: 1", "name: a, gpus: 0, fraction: 0.5", "s.yaml:8:36: workload.mix[0].fraction: says something of GPUs, and gpus is 0; add gpus or remove it")]
    [TestCase("gpus: 1,", "gpus: 1, fraction: 1.5,", "s.yaml:8:36: workload.mix[0].fraction: 1.5 is out of range; write more than 0 and at most 1")]
    [TestCase("gpus: 1,", "gpus: 1, fraction: 0.0001,", "s.yaml:8:36: workload.mix[0].fraction: is finer than thousandths of a GPU; write at most 3 decimals, 0.001 to 1")]
    [TestCase("gpus: 1,", "gpus: 1, fraction: 0.5, gpuMemory: 8Gi,", "s.yaml:8:52: workload.mix[0].gpuMemory: fraction and gpuMemory both say how much of each GPU; remove one")]
    [TestCase("gpus: 1,", "gpus: 1, models: [T5],", "s.yaml:8:34: workload.mix[0].models: no node has a T5; did you mean \"T4\"?")]
    [TestCase("gpus: 1,", "gpus: 4,", "s.yaml:8:14: workload.mix[0].name: a fits on no node, not even on an empty one; lower what it asks for, or add nodes for it")]
    [TestCase("memory: 8Gi", "memory: 65Gi", "s.yaml:8:14: workload.mix[0].name: a fits on no node, not even on an empty one; lower what it asks for, or add nodes for it")]
    [TestCase("value: 1h", "value: soon", "s.yaml:8:78: workload.mix[0].duration.value: \"soon\" is not a duration; write a number with a unit, such as 15s, 5m or 1h30m")]
    [TestCase("kind: fixed", "kind: lognormal", "s.yaml:8:57: workload.mix[0].duration.median: is required; add it, such as 2h|s.yaml:8:75: workload.mix[0].duration.value: unknown field \"value\"; remove it")]
    [TestCase("load: 130", "load: 130\n  pods: 5", "s.yaml:6:9: workload.load: load and pods both say how many pods come; remove one")]
    [TestCase("load: 130", "load: -1", "s.yaml:6:9: workload.load: \"-1\" is out of range; write 0 or more")]
    [TestCase("load: 130", "arrivals: {kind: poisson}", "s.yaml:6:13: workload.arrivals.ratePerHour: is required with kind: poisson; add it, or instead targetLoad")]
    [TestCase("load: 130", "arrivals: {ratePerHour: 5}", "s.yaml:6:27: workload.arrivals.ratePerHour: says when pods come, and kind is order; write kind: poisson or remove it")]
    [TestCase("load: 130", "arrivals: {kind: poisson, ratePerHour: 999999}", "s.yaml:8:5: workload.mix: makes about 167999832 pods; lower the load, the rate or the span, at most 2000000 pods are made")]
    [TestCase("load: 130", "arrivals: {kind: poisson, ratePerHour: 1e-9}", "s.yaml:6:13: workload.arrivals: bring a pod less than once in 1000 hours; raise the rate or the load")]
    [TestCase("load: 130", "pods: 2000000\n  arrivals: {kind: poisson, ratePerHour: 1}", "s.yaml:6:9: workload.pods: take more than 10 years to come; raise the rate, or lower pods")]
    [TestCase("load: 130", "arrivals: {kind: poisson, ratePerHour: 1, span: 1m}", "s.yaml:6:13: workload.arrivals: bring not even one pod; raise the rate, the load or the span")]
    [TestCase("load: 130", "load: 130\n  arrivals: {kind: poisson, targetLoad: 90}", "s.yaml:6:9: workload.load: is for arrivals of kind order; write arrivals.targetLoad instead")]
    [TestCase("workload:", "wrkload:", "s.yaml:1:1: workload: is required; add it|s.yaml:5:1: wrkload: unknown field \"wrkload\"; did you mean \"workload\"?")]
    [TestCase("apiVersion: gpuscheduler.dev/v1alpha1", "apiVersion: v1", "s.yaml:1:13: apiVersion: \"v1\" is not read here; write gpuscheduler.dev/v1alpha1")]
    [TestCase("gpuMemory: 16Gi}", "gpuMemory: 16Gi, domains: [{label: rack, size: 1, gigabytesPerSecond: 100}]}", "s.yaml:1:1: networkGigabytesPerSecond: is required where domains have gigabytesPerSecond; write the bandwidth between nodes that share no such domain")]
    [TestCase("gpuMemory: 16Gi}", "gpuMemory: 16Gi, domains: [{label: rack, size: 1, gigabytesPerSecond: 100}, {label: rack, size: 2, gigabytesPerSecond: 50}]}\nnetworkGigabytesPerSecond: 25", "s.yaml:4:193: nodes[0].domains[1].gigabytesPerSecond: 50 differs from the 100 that rack has before; write the same for all of a label")]
    public void What_is_wrong_is_told_with_its_place_and_mend(string good, string bad, string messages)
    {
        string[] errors = new Files().With("s.yaml", Good.Replace(good, bad)).Errors(Source);
        Assert.That(errors, Is.EqualTo(messages.Split('|')));
    }

    [Test]
    public void Names_that_two_share_are_told_with_both_places()
    {
        string[] errors = new Files().With("s.yaml", """
            apiVersion: gpuscheduler.dev/v1alpha1
            kind: SimulationScenario
            nodes:
              - {namePrefix: n-, cpu: 8, memory: 64Gi}
              - {namePrefix: n-, cpu: 8, memory: 64Gi}
            workload:
              pods: 5
              mix:
                - {name: a, cpu: 1, memory: 1Gi}
                - {name: a, cpu: 1, memory: 1Gi}
            """).Errors(Source);
        Assert.That(errors, Is.EqualTo(new[]
        {
            "s.yaml:5:18: nodes[1].namePrefix: \"n-\" is the prefix of nodes[0] too; give each group its own",
            "s.yaml:10:14: workload.mix[1].name: \"a\" is the name of workload.mix[0] too; give each its own",
        }));
    }

    [Test]
    public void A_bomb_of_aliases_is_refused()
    {
        string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(0, 8).Select(
            i => $"{(char)('b' + i)}: &{(char)('b' + i)} [{string.Join(", ", Enumerable.Repeat($"*{(char)('a' + i)}", 10))}]\n"));
        Assert.That(new Files().With("s.yaml", bomb).Errors(Source).Single(), Does.Contain("aliases (*name) repeat more than"));
    }

    [Test]
    public void Every_error_comes_at_once() =>
        Assert.That(new Files().With("s.yaml", "nodes: []\nworkload: {load: x, mix: 5}\nsed: 1\n").Errors(Source), Has.Length.GreaterThanOrEqualTo(6));
}
