namespace GpuScheduler.Simulation.Tests;

/// <summary>Reports at the edges.</summary>
internal static class EdgeReport
{
    public const string HostileName = "<script>alert('x')</script>, \"a\" & b\r\n\u0000\u001b[31m]]>--> : # {y}";

    /// <summary>No node, no pod; a run for a policy all the same.</summary>
    public static SimulationReport Empty() => new()
    {
        Cluster = new ClusterSummary { Nodes = 0, Gpus = 0, GpuMilli = 0, Models = [] },
        Workload = new WorkloadSummary
        {
            Name = "nothing",
            Timed = false,
            Pods = 0,
            CpuOnlyPods = 0,
            SharePods = 0,
            WholePods = 0,
            MultiPods = 0,
            GpuMilli = 0,
        },
        Policies = [new PolicySummary { Name = "default", Description = "Waits." }],
        Runs = [Run([])],
    };

    /// <summary>No policy at all.</summary>
    public static SimulationReport WithoutRuns() => Empty() with { Policies = [], Runs = [] };

    /// <summary>Pods, but no GPU in the cluster.</summary>
    public static SimulationReport WithoutGpus()
    {
        SimulationReport report = Empty();
        return report with
        {
            Cluster = report.Cluster with { Nodes = 3 },
            Workload = report.Workload with { Pods = 8, CpuOnlyPods = 8 },
            Runs = [Run([new CurvePoint { ArrivedPercent = 0, AllocatedPercent = 0, FragmentedPercent = 0, FailedPods = 0 }]) with { Pods = 8, Placed = 6, Failed = 2 }],
        };
    }

    /// <summary>One GPU, and a curve that has but one point.</summary>
    public static SimulationReport OnePoint()
    {
        SimulationReport report = Empty();
        return report with
        {
            Cluster = new ClusterSummary { Nodes = 1, Gpus = 1, GpuMilli = 1000, Models = [new DeviceModelSummary { Model = "T4", Nodes = 1, Gpus = 1 }] },
            Workload = report.Workload with { Pods = 1, SharePods = 1, GpuMilli = 3 },
            Runs =
            [
                Run([new CurvePoint { ArrivedPercent = 0, AllocatedPercent = 0.3, FragmentedPercent = 12, FailedPods = 0 }]) with
                {
                    Pods = 1,
                    Placed = 1,
                    Nodes = [new NodeUsage { Name = "node-1", Model = "T4", UsedMilli = [3], CpuUsedPercent = 100 }],
                },
            ],
        };
    }

    /// <summary>Every name and reason is as bad as can be.</summary>
    public static SimulationReport Hostile()
    {
        SimulationReport report = SyntheticReport.Make(policies: 1, seeds: 1, nodeScale: 0.02);
        return report with
        {
            Cluster = report.Cluster with { Models = [.. report.Cluster.Models.Select(m => m with { Model = HostileName })] },
            Workload = report.Workload with { Name = HostileName },
            Policies = [new PolicySummary { Name = HostileName, Description = HostileName }],
            Runs =
            [
                .. report.Runs.Select(r => r with
                {
                    Policy = HostileName,
                    Failures = [.. r.Failures.Select(f => f with { Reason = HostileName })],
                    Nodes = [.. r.Nodes.Select(n => n with { Name = HostileName, Model = HostileName })],
                }),
            ],
        };
    }

    private static SimulationRun Run(IReadOnlyList<CurvePoint> curve) => new()
    {
        Policy = "default",
        Seed = ulong.MaxValue,
        Pods = 0,
        Placed = 0,
        Failed = 0,
        ArrivedPercent = 0,
        AllocatedPercent = 0,
        Seconds = 0,
        Curve = curve,
        Failures = [],
    };
}
