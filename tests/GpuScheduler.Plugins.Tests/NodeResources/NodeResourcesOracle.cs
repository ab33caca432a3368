using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

/// <summary>The documented rules of the resource plugins for one node, in exact arithmetic, from the specs of its pods.</summary>
internal static class NodeResourcesOracle
{
    private static readonly string[] AlwaysScored = [ResourceNames.Cpu, ResourceNames.Memory, ResourceNames.EphemeralStorage];

    /// <summary>Sum over containers; an init container by itself may need more, and here never does: it requests nothing.</summary>
    public static long Requested(PodSpec pod, string resource) => pod.Containers.Sum(c => c.Requests[resource]);

    /// <summary>100m and 200 MiB for a container that does not name the resource; an init container runs before the others.</summary>
    public static long NonZero(PodSpec pod, string resource)
    {
        long assumed = resource switch { ResourceNames.Cpu => 100, ResourceNames.Memory => 200L << 20, _ => 0 };
        long Of(Container c) => c.Requests.TryGet(resource, out long amount) ? amount : assumed;
        return Math.Max(pod.Containers.Sum(Of), pod.InitContainers.Select(Of).DefaultIfEmpty(0).Max());
    }

    public static Verdict Fit(NodeState node, PodSpec pod, string[] ignored, string[] ignoredGroups)
    {
        List<string> reasons = [];
        bool hopeless = false;
        if (node.Pods.Count + 1 > node.Node.Allocatable[ResourceNames.Pods])
        {
            reasons.Add("Too many pods");
        }

        foreach (string resource in pod.Containers.SelectMany(c => c.Requests.Select(r => r.Key)).Distinct())
        {
            string[] parts = resource.Split('/');
            if (parts.Length == 2 && (ignored.Contains(resource) || ignoredGroups.Contains(parts[0])))
            {
                continue;
            }

            long wanted = Requested(pod, resource), capacity = node.Node.Allocatable[resource];
            if (wanted > 0 && wanted > capacity - node.Pods.Sum(p => Requested(p, resource)))
            {
                reasons.Add($"Insufficient {resource}");
                hopeless |= wanted > capacity;
            }
        }

        return reasons.Count == 0 ? Verdict.Passes
            : new Verdict(hopeless ? Framework.StatusCode.UnschedulableAndUnresolvable : Framework.StatusCode.Unschedulable, [.. reasons]);
    }

    public static long Score(NodeState node, PodSpec pod, NodeResourcesFitArgs args)
    {
        Int128 sum = 0, weights = 0;
        foreach (ResourceWeight resource in args.Resources)
        {
            Int128 capacity = node.Node.Allocatable[resource.Name];
            if (capacity == 0 || !HasSay(pod, resource.Name))
            {
                continue;
            }

            Int128 used = resource.Name is ResourceNames.Cpu or ResourceNames.Memory
                ? node.Pods.Append(pod).Sum(p => NonZero(p, resource.Name))
                : node.Pods.Append(pod).Sum(p => Requested(p, resource.Name));
            Int128 score = args.Strategy switch
            {
                ScoringStrategyType.LeastAllocated => used > capacity ? 0 : (capacity - used) * 100 / capacity,
                ScoringStrategyType.MostAllocated => Int128.Min(used, capacity) * 100 / capacity,
                _ => OnShape(args, used > capacity ? 100 : (long)(used * 100 / capacity)),
            };
            if (score > 0 || args.Strategy != ScoringStrategyType.RequestedToCapacityRatio)
            {
                sum += score * resource.Weight;
                weights += resource.Weight;
            }
        }

        if (weights == 0)
        {
            return 0;
        }

        // Rounded: half up, as (2 sum + weights) / (2 weights).
        return args.Strategy == ScoringStrategyType.RequestedToCapacityRatio ? (long)(((2 * sum) + weights) / (2 * weights)) : (long)(sum / weights);
    }

    public static bool IsBestEffort(PodSpec pod, IEnumerable<ResourceWeight> resources) => resources.All(r => Requested(pod, r.Name) == 0);

    public static long Balanced(NodeState node, PodSpec pod, IReadOnlyCollection<ResourceWeight> resources)
    {
        long Balance(IEnumerable<PodSpec> pods)
        {
            double[] fractions =
            [
                .. resources.Where(r => node.Node.Allocatable[r.Name] != 0 && HasSay(pod, r.Name))
                    .Select(r => Math.Min(1, (double)pods.Sum(p => Requested(p, r.Name)) / node.Node.Allocatable[r.Name])),
            ];
            double deviation = fractions.Length switch
            {
                < 2 => 0,
                2 => Math.Abs((fractions[0] - fractions[1]) / 2),
                _ => Math.Sqrt(fractions.Sum(f => (f - (fractions.Sum() / fractions.Length)) * (f - (fractions.Sum() / fractions.Length))) / fractions.Length),
            };
            return (long)((1 - deviation) * 100);
        }

        return 50 + ((50 + Balance(node.Pods.Append(pod)) - Balance(node.Pods)) / 2);
    }

    private static bool HasSay(PodSpec pod, string resource) => AlwaysScored.Contains(resource) || Requested(pod, resource) > 0;

    private static long OnShape(NodeResourcesFitArgs args, long utilization)
    {
        (long X, long Y)[] points = [.. args.Shape.Select(p => ((long)p.Utilization, p.Score * 10L))];
        if (utilization <= points[0].X)
        {
            return points[0].Y;
        }

        if (utilization >= points[^1].X)
        {
            return points[^1].Y;
        }

        int right = Array.FindIndex(points, p => p.X >= utilization);
        (long x0, long y0) = points[right - 1];
        (long x1, long y1) = points[right];
        return y0 + ((y1 - y0) * (utilization - x0) / (x1 - x0));
    }
}
