using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Reads a trace in the format of openb: a node list, a pod list and possibly an order.</summary>
internal static class TraceReader
{
    public static Workload? Read(WorkloadSource source, InputFile nodesFile, InputFile podsFile, InputFile? orderFile, ConfigurationErrors errors)
    {
        ImmutableArray<Node> nodes = TraceNodes.Read(nodesFile, errors);
        TracePods? list = TracePods.Read(podsFile, source.Timed, source.SchedulerName, errors);
        List<int>? order = orderFile is null ? null : TraceOrder.Read(orderFile, list?.Rows, errors);
        if (errors.Count > 0 || list is null)
        {
            return null;
        }

        return new Workload
        {
            Name = order is null ? Path.GetFileNameWithoutExtension(podsFile.Name) : Path.GetFileNameWithoutExtension(orderFile!.Name),
            Nodes = nodes,
            Arrivals = source.Timed ? AtTheirTimes(list.Pods) : InOrder(list.Pods, order ?? Enumerable.Range(0, list.Pods.Count)),
            Population = [.. list.Pods.Select(p => p.Spec)],
            IsTimed = source.Timed,
        };
    }

    private static ImmutableArray<Arrival> AtTheirTimes(IReadOnlyList<TracePod> pods)
    {
        long first = pods.Min(p => p.CreatedAt);
        return
        [
            .. pods.OrderBy(p => p.CreatedAt).Select(p => new Arrival(
                new Pod { Name = p.Name, Spec = p.Spec },
                TimeSpan.FromSeconds(p.CreatedAt - first),
                p.Runs is { } seconds ? TimeSpan.FromSeconds(seconds) : null)),
        ];
    }

    /// <summary>A row that comes again is another pod, and has another name: <c>name-2</c>, <c>name-3</c> …</summary>
    private static ImmutableArray<Arrival> InOrder(IReadOnlyList<TracePod> pods, IEnumerable<int> order)
    {
        HashSet<string> taken = new(pods.Select(p => p.Name), StringComparer.Ordinal);
        int[] times = new int[pods.Count];
        ImmutableArray<Arrival>.Builder arrivals = ImmutableArray.CreateBuilder<Arrival>();
        foreach (int row in order)
        {
            string name = pods[row].Name;
            if (times[row]++ > 0)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{pods[row].Name}-{times[row]}");
                while (!taken.Add(name))
                {
                    name = string.Create(CultureInfo.InvariantCulture, $"{pods[row].Name}-{++times[row]}");
                }
            }

            arrivals.Add(new Arrival(new Pod { Name = name, Spec = pods[row].Spec }, TimeSpan.Zero, null));
        }

        return arrivals.ToImmutable();
    }
}
