namespace GpuScheduler.Simulation.Tests;

/// <summary>Reports in the shape of real ones, made up from a seed.</summary>
internal static class SyntheticReport
{
    public static readonly string[] Reasons =
    [
        "Insufficient nvidia.com/gpu", "Insufficient free share on a GPU", "Insufficient cpu", "node(s) didn't have a GPU of an allowed model",
        "node(s) had untolerated taint(s)", "Insufficient memory", "Too many pods", "node(s) didn't match Pod's node affinity/selector",
    ];

    private static readonly (string Model, int Nodes, int Gpus)[] Models =
        [("P100", 134, 2), ("T4", 421, 2), ("V100M16", 55, 8), ("V100M32", 30, 8), ("A10", 2, 1), ("G2", 549, 8), ("G3", 22, 8)];

    private static readonly (string Name, string Description, double Level, double Fragments)[] Policies =
    [
        ("default", "Prices every share by what the cluster would lose the chance to do, and places where that is cheapest.", 97.3, 1.4),
        ("fgd", "Places where the expected fragmentation of the cluster grows least.", 96.1, 2.2),
        ("best-fit", "Places where the least is left over, all resources weighed together.", 93.6, 4.6),
        ("packing", "Fills GPUs and nodes that are used already before it opens new ones.", 94.2, 4.1),
        ("dot-product", "Places where the free resources have the same proportions as the request.", 91.4, 6.6),
        ("worst-fit", "Spreads pods over the emptiest nodes.", 86.2, 11.8),
        ("random", "Draws lots among the nodes that fit.", 88.1, 9.9),
    ];

    public static SimulationReport Make(int policies = 7, int seeds = 3, int reach = 130, bool timed = false, double nodeScale = 1)
    {
        return new SimulationReport
        {
            Cluster = new ClusterSummary
            {
                Nodes = Models.Sum(m => m.Nodes),
                Gpus = Models.Sum(m => m.Nodes * m.Gpus),
                GpuMilli = Models.Sum(m => m.Nodes * m.Gpus) * 1000L,
                Models = [.. Models.OrderBy(m => m.Model, StringComparer.Ordinal).Select(m => new DeviceModelSummary { Model = m.Model, Nodes = m.Nodes, Gpus = m.Nodes * m.Gpus })],
            },
            Workload = new WorkloadSummary
            {
                Name = "openb_pod_list_default.csv",
                Timed = timed,
                Pods = 10866,
                CpuOnlyPods = 1420,
                SharePods = 4110,
                WholePods = 5181,
                MultiPods = 155,
                GpuMilli = Models.Sum(m => m.Nodes * m.Gpus) * 10L * reach,
            },
            Policies = [.. Policies.Take(policies).Select(p => new PolicySummary { Name = p.Name, Description = p.Description })],
            Runs = [.. Policies.Take(policies).SelectMany(p => Enumerable.Range(42, seeds).Select(seed => Run(p.Name, p.Level, p.Fragments, (ulong)seed, reach, timed, nodeScale)))],
        };
    }

    private static SimulationRun Run(string policy, double level, double fragments, ulong seed, int reach, bool timed, double nodeScale)
    {
        Random random = new(HashCode(policy) + (int)seed);
        double top = level + random.NextDouble() - 0.5;
        int failed = (int)(4000 * (1 - (top / 100)) * reach / 100);
        return new SimulationRun
        {
            Policy = policy,
            Seed = seed,
            Pods = 10866,
            Placed = 10866 - failed,
            Failed = failed,
            ArrivedPercent = reach,
            AllocatedPercent = top,
            Seconds = 1.25 + (random.NextDouble() * 3),
            Curve =
            [
                .. Enumerable.Range(0, reach + 1).Select(x => new CurvePoint
                {
                    ArrivedPercent = x,
                    AllocatedPercent = Saturating(x, top),
                    FragmentedPercent = fragments * (0.25 + (0.75 * x / 110.0)) * Math.Exp(-Math.Pow(Math.Max(0, x - 92) / 40.0, 2)) + (random.NextDouble() * 0.2),
                    FailedPods = (int)(failed * Math.Pow((double)x / reach, 6)),
                }),
            ],
            Failures =
            [
                .. Reasons.SelectMany((r, i) => Enum.GetValues<RequestKind>().Select(k => new FailureCount { Reason = r, RequestKind = k, Pods = failed / ((2 << i) * (1 + (int)k)) }))
                    .Where(f => f.Pods > 0).OrderByDescending(f => f.Pods).ThenBy(f => f.Reason, StringComparer.Ordinal).ThenBy(f => f.RequestKind),
            ],
            Nodes = [.. Models.SelectMany(m => Enumerable.Range(0, (int)(m.Nodes * nodeScale)).Select(i => Node(m.Model, i, m.Gpus, top, random)))],
            Bandwidth = new BandwidthSummary { Pods = 1234, MeanGigabytesPerSecond = 512.25, MeanPercent = top - 1 },
            Outcomes = timed ? Outcomes() : null,
            Jobs = timed ? Jobs(top, random) : null,
            Queueing = timed ? Queueing(top, random) : null,
        };
    }

    private static PodOutcome[] Outcomes() =>
    [
        new() { Namespace = "default", Name = "train-0", State = PodState.Placed, Node = "node-0", Gpus = [0, 1], GpuMilli = [1000, 500], WaitSeconds = 12.5, Evictions = 1 },
        new() { Namespace = "default", Name = "train-1", State = PodState.Pending, Reason = "0/1 nodes are available: 1 Insufficient cpu." },
    ];

    private static JobSummary Jobs(double top, Random random)
    {
        TimeSpan[] waits = [.. Enumerable.Range(0, 200).Select(_ => TimeSpan.FromSeconds(Math.Pow(random.NextDouble(), 4) * 40000))];
        return new JobSummary
        {
            Jobs = 210,
            Placed = 200,
            CrossDomain = 31,
            Waiting = WaitingTime.Of(waits),
            WaitPercentiles = JobSummary.PercentilesOf(waits),
            Bandwidth = new JobBandwidthSummary { Jobs = 150, MeanGigabytesPerSecond = 61.5, MeanPercent = 83.4 },
            Levels =
            [
                new DomainLevelSummary
                {
                    Level = "topology.kubernetes.io/rack",
                    Domains = 4,
                    Crossing = 57,
                    MeanLargestGpus = top / 3,
                    Largest = [.. Enumerable.Range(0, 300).Select(i => new LargestJobPoint { AtSeconds = i * 3600, Gpus = random.Next(1, 9) * 8 })],
                },
            ],
            Fullest = new JobMap
            {
                AtSeconds = 86400,
                Nodes =
                [
                    .. Enumerable.Range(0, 72).Select(i => new NodeHolders
                    {
                        Name = $"node-{i:00}",
                        Domains = [$"rack-{i / 18}"],
                        Holders = [.. Enumerable.Range(0, 4).Select(d => i % 7 == 0 ? "" : i % 5 == 0 ? $"single-{i * 4 + d}" : $"train-{i / 6}")],
                        NvLinks = i < 36 ? [NodeHolders.AnyTwo] : ["0-1", "2-3"],
                    }),
                ],
            },
        };
    }

    private static double Saturating(double x, double top)
    {
        // Follows the diagonal, then bends into the level.
        const double bend = 14;
        double gap = (top - x) / bend;
        return Math.Max(0, Math.Min(x, top - (bend * 0.35 * Math.Log(1 + Math.Exp(gap * 2.857)))));
    }

    private static NodeUsage Node(string model, int index, int gpus, double level, Random random)
    {
        int Used() => random.NextDouble() * 100 < level - 6 ? 1000 : random.Next(3) == 0 ? 0 : random.Next(1, 20) * 50;
        bool exhausted = random.Next(30) == 0;
        return new NodeUsage
        {
            Name = $"{model.ToLowerInvariant()}-node-{index:0000}",
            Model = model,
            UsedMilli = [.. Enumerable.Range(0, gpus).Select(_ => exhausted && random.Next(2) == 0 ? 0 : Used())],
            CpuUsedPercent = exhausted ? 99.5 : 40 + (random.NextDouble() * 50),
        };
    }

    private static QueueingSummary Queueing(double top, Random random)
    {
        double makespan = 86400 * 12.3 * 96 / top;
        return new QueueingSummary
        {
            Waiting = WaitingTime.Of(Enumerable.Range(0, 1000).Select(_ => TimeSpan.FromSeconds(Math.Pow(random.NextDouble(), 4) * 40000))),
            MakespanSeconds = makespan,
            MeanAllocatedPercent = top - 22,
            FailedAttempts = 8123,
            Utilization =
            [
                .. Enumerable.Range(0, 300).Select(i => new UtilizationPoint
                {
                    AtSeconds = makespan * i / 300,
                    AllocatedPercent = Math.Min(top, (i * 1.1) + (random.NextDouble() * 6)) * (i > 230 ? (300 - i) / 70.0 : 1),
                }),
            ],
        };
    }

    private static int HashCode(string text) => text.Aggregate(17, (h, c) => (h * 31) + c) & 0xFFFF;
}
