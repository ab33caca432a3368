using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>Makes the part of a report that is about jobs.</summary>
internal static class JobSummaries
{
    public static JobSummary? Of(Workload workload, RunResult result)
    {
        if (result.Observer.Gangs is not { } gangs)
        {
            return null;
        }

        TimeSpan lastArrival = workload.Arrivals[^1].At;
        return new JobSummary
        {
            Jobs = gangs.CameCount,
            Placed = gangs.PlacedCount,
            CrossDomain = gangs.CrossDomain,
            Waiting = workload.IsTimed ? WaitingTime.Of(gangs.Waits) : null,
            WaitPercentiles = workload.IsTimed ? JobSummary.PercentilesOf(gangs.Waits) : [],
            Bandwidth = JobBandwidthSummary.Of(gangs.Bandwidths),
            Levels =
            [
                .. gangs.Levels.Select(l => new DomainLevelSummary
                {
                    Level = l.Key,
                    Domains = l.Domains,
                    Crossing = l.Crossing,
                    MeanLargestGpus = workload.IsTimed ? TimeCurve.Mean(l.Largest, lastArrival) : null,
                    Largest = workload.IsTimed
                        ? [.. TimeCurve.Thin(l.Largest, result.Elapsed).Select(p => new LargestJobPoint { AtSeconds = p.AtSeconds, Gpus = p.Value })]
                        : [],
                }),
            ],
            Fullest = result.Fullest is { } fullest ? new JobMap { AtSeconds = result.FullestAt.TotalSeconds, Nodes = [.. HoldersOf(fullest, gangs)] } : null,
        };
    }

    private static IEnumerable<NodeHolders> HoldersOf(Snapshot state, GangObserver gangs)
    {
        List<(int Place, NodeHolders Node)> nodes = [];
        for (int b = 0; b < state.Blocks.Length; b++)
        {
            Block block = state.Blocks[b];
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                DeviceShape shape = block.Nodes.Shape(lane);
                if (shape.Count == 0)
                {
                    continue;
                }

                string[] holders = new string[shape.Count];
                Array.Fill(holders, "");
                foreach (Placement placement in block.PlacementsOn(lane))
                {
                    string holder = placement.Pod.Gang?.Gang.Name ?? placement.Pod.Name;
                    foreach (int device in new Lanes(placement.Devices.Bits))
                    {
                        holders[device] = holders[device].Length == 0 ? holder : holders[device];
                    }
                }

                int node = (b * Block.Size) + lane;
                nodes.Add((gangs.PlaceOf(node), new NodeHolders
                {
                    Name = block.Nodes[lane].Name,
                    Domains = [.. gangs.DomainsOf(node)],
                    Holders = holders,
                    NvLinks = NvLinksOf(shape),
                }));
            }
        }

        return nodes.OrderBy(n => n.Place).Select(n => n.Node);
    }

    private static string[] NvLinksOf(DeviceShape shape)
    {
        List<string> pairs = [];
        for (int a = 0; a < shape.Count; a++)
        {
            for (int b = a + 1; b < shape.Count; b++)
            {
                if (shape.LinkBetween(a, b).Kind >= LinkKind.NvLink)
                {
                    pairs.Add(FormattableString.Invariant($"{a}-{b}"));
                }
            }
        }

        return shape.Count > 1 && pairs.Count == shape.Count * (shape.Count - 1) / 2 ? [NodeHolders.AnyTwo] : [.. pairs];
    }
}
