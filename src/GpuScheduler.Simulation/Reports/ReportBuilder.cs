using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>Makes the report of finished runs.</summary>
public static class ReportBuilder
{
    /// <param name="workload">What was simulated.</param>
    /// <param name="policies">The policies, in the order in which they were asked for.</param>
    /// <param name="results">The finished runs.</param>
    public static SimulationReport Build(Workload workload, IReadOnlyList<SimulatedPolicy> policies, IReadOnlyList<RunResult> results) => new()
    {
        Cluster = Summarize(workload.Nodes),
        Workload = Summarize(workload),
        Policies = [.. policies.Select(p => new PolicySummary { Name = p.Name, Description = p.Description })],
        Runs = [.. results.Select(r => Run(workload, r))],
    };

    private static ClusterSummary Summarize(IReadOnlyCollection<Node> nodes)
    {
        var devices = nodes.SelectMany(n => n.Shape.Devices.Select(d => (Node: n, Device: d))).ToList();
        return new ClusterSummary
        {
            Nodes = nodes.Count,
            Gpus = devices.Count,
            GpuMilli = nodes.Sum(n => (long)n.Shape.TotalMilli),
            Models =
            [
                .. devices.GroupBy(d => d.Device.Model, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => new DeviceModelSummary { Model = g.Key, Nodes = g.Select(d => d.Node).Distinct().Count(), Gpus = g.Count() }),
            ],
        };
    }

    private static WorkloadSummary Summarize(Workload workload)
    {
        int largestMemory = workload.Nodes.SelectMany(n => n.Shape.Devices).Select(d => d.MemoryMiB).DefaultIfEmpty().Max();
        ILookup<RequestKind, Arrival> kinds = workload.Arrivals.ToLookup(a => RunObserver.KindOf(a.Pod.Spec.Devices));
        return new WorkloadSummary
        {
            Name = workload.Name,
            Timed = workload.IsTimed,
            Pods = workload.Arrivals.Length,
            CpuOnlyPods = kinds[RequestKind.CpuOnly].Count(),
            SharePods = kinds[RequestKind.Share].Count(),
            WholePods = kinds[RequestKind.Whole].Count(),
            MultiPods = kinds[RequestKind.Multi].Count(),
            BoundPods = workload.BoundPods.Length,
            GpuMilli = workload.Arrivals.Sum(a => RunObserver.MilliOf(a.Pod.Spec.Devices, largestMemory)),
        };
    }

    private static SimulationRun Run(Workload workload, RunResult result)
    {
        RunObserver observer = result.Observer;
        double PercentOf(long milli) => observer.CapacityMilli == 0 ? 0 : 100.0 * milli / observer.CapacityMilli;
        return new SimulationRun
        {
            Policy = result.Policy.Name,
            Seed = result.Seed,
            Pods = observer.Arrived,
            Placed = observer.Placed,
            Failed = observer.Failed,
            ArrivedPercent = PercentOf(observer.ArrivedMilli),
            AllocatedPercent = PercentOf(observer.AllocatedMilli),
            Seconds = result.WallTime.TotalSeconds,
            Curve =
            [
                .. observer.Points.Select(p => new CurvePoint
                {
                    ArrivedPercent = p.ArrivedPercent,
                    AllocatedPercent = p.AllocatedPercent,
                    FragmentedPercent = p.FragmentedPercent,
                    FailedPods = p.Failed,
                }),
            ],
            Failures =
            [
                .. observer.Failures.OrderByDescending(f => f.Value).ThenBy(f => f.Key.Reason, StringComparer.Ordinal).ThenBy(f => f.Key.Kind)
                    .Select(f => new FailureCount { Reason = f.Key.Reason, RequestKind = f.Key.Kind, Pods = f.Value }),
            ],
            Nodes = [.. UsageOf(result.Final)],
            Outcomes = result.Pods is { } pods ? [.. pods.Tracks.Select(t => PodOutcome.Of(t, workload.IsTimed))] : null,
            Bandwidth = observer.LinkedPods == 0 ? null : new BandwidthSummary
            {
                Pods = observer.LinkedPods,
                MeanGigabytesPerSecond = observer.MeanBandwidth,
                MeanPercent = 100 * observer.MeanBandwidthShare,
            },
            Jobs = JobSummaries.Of(workload, result),
            Queueing = workload.IsTimed ? Queueing(result) : null,
        };
    }

    private static QueueingSummary Queueing(RunResult result) => new()
    {
        Waiting = WaitingTime.Of(result.Observer.Waits),
        MakespanSeconds = result.Elapsed.TotalSeconds,
        MeanAllocatedPercent = 100 * result.Observer.MeanUtilization(result.Elapsed),
        FailedAttempts = result.Observer.FailedAttempts,
        Evictions = result.Observer.Evicted,
        Utilization = UtilizationCurve.Of(result.Observer.Usage, result.Elapsed),
    };

    private static IEnumerable<NodeUsage> UsageOf(Snapshot final)
    {
        List<NodeUsage> usage = [];
        foreach (Block block in final.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                if (block.Nodes.Shape(lane) is { Count: > 0 } shape)
                {
                    usage.Add(UsageOf(block, lane, shape));
                }
            }
        }

        return usage.OrderBy(u => u.Name, StringComparer.Ordinal);
    }

    private static NodeUsage UsageOf(Block block, int lane, DeviceShape shape)
    {
        long offered = block.Nodes.Allocatable(Vocabulary.CpuId)[lane];
        return new NodeUsage
        {
            Name = block.Nodes[lane].Name,
            Model = shape.Model,
            UsedMilli = [.. shape.Devices.Select(d => Device.FullMilli - block.FreeMilliOf(lane, d.Index))],
            CpuUsedPercent = offered == 0 ? 0 : 100.0 * block.Requested(Vocabulary.CpuId)[lane] / offered,
        };
    }
}
