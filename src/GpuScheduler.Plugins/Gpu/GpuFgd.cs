using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Fragmentation gradient descent (ATC'23): prefers the node, and for a share the device on it, where a pod makes <see cref="Fragmentation"/>
/// grow least. Scores are truncated to whole points as published: differences too small for a point are left to the order of ties.
/// </summary>
public sealed class GpuFgd : GpuScore, IVersionedPlugin
{
    /// <summary>Replaced whole by <see cref="Publish"/>, with a volatile write.</summary>
    private volatile Published _published;

    public GpuFgd(TypicalPods typicalPods) => _published = new Published(new Fragmentation(typicalPods), 0);

    public override string Name => "GpuFgd";

    public long Version => _published.Version;

    /// <summary>What scores are computed from now.</summary>
    public Fragmentation Fragmentation => _published.Fragmentation;

    /// <summary>Expects another workload from now on. One thread at a time; those that score may go on meanwhile.</summary>
    public void Publish(TypicalPods typicalPods) =>
        _published = new Published(new Fragmentation(typicalPods), _published.Version + 1);

    /// <summary>For one device (unless whole ones alike) the one that made the node's score, the lowest on ties; otherwise the fitting devices with the least left.</summary>
    [SkipLocalsInit]
    public override DeviceSet ChooseDevices(in PluginContext context, Block block, int lane)
    {
        LaneGroup<DeviceShape> group = ShapeGroups.Of(block, lane);
        DeviceNeed need = DeviceNeeds.Of(context).For(group);
        Vector256<short> free = FreeDevices.Of(block, lane, group.Value.Count);
        if (!IsShare(need))
        {
            return DeviceChoice.Best(need, free);
        }

        long cpu = GpuVectors.FreeCpu(block, lane);
        ScoreShare(_published.Fragmentation.For(group.Value), cpu, context.Pod.AmountOf(Vocabulary.CpuId), need, free, out int device);
        return device < 0 ? DeviceSet.Empty : DeviceSet.Only(device);
    }

    private protected override void Score(
        in PluginContext context, Block block, ulong lanes, DeviceShape shape, DeviceNeed need, Span<int> scores)
    {
        FragmentationTable table = _published.Fragmentation.For(shape);
        bool isShare = IsShare(need);
        long podCpu = context.Pod.AmountOf(Vocabulary.CpuId), lastCpu = 0;
        int score = -1;
        Vector256<short> last = default;
        foreach (int lane in new Lanes(lanes))
        {
            long cpu = GpuVectors.FreeCpu(block, lane);
            Vector256<short> free = FreeDevices.Of(block, lane, shape.Count);

            // Neighbours are often alike, empty ones above all.
            if (score < 0 || cpu != lastCpu || free != last)
            {
                score = isShare ? ScoreShare(table, cpu, podCpu, need, free, out _) : ScoreWhole(table, cpu, podCpu, need, free);
                (lastCpu, last) = (cpu, free);
            }

            scores[lane] = score;
        }
    }

    /// <summary>One device, and which one makes a difference.</summary>
    private static bool IsShare(DeviceNeed need) => need.Count == 1 && !need.IsIndifferent;

    [SkipLocalsInit]
    private static int ScoreShare(
        FragmentationTable table, long cpu, long podCpu, DeviceNeed need, Vector256<short> free, out int device)
    {
        Span<double> after = stackalloc double[Device.MaxPerNode];
        DeviceSet fitting = need.Fitting(free);
        double before = table.OfEach(cpu, free, podCpu, need.Milli, fitting, after);
        int best = 0;
        device = -1;
        foreach (int candidate in new Lanes(fitting.Bits))
        {
            // What leaves as much as the best so far cannot beat it.
            if (device >= 0 && after[candidate] == after[device])
            {
                continue;
            }

            int score = Points(before - after[candidate]);
            if (device < 0 || score > best)
            {
                (best, device) = (score, candidate);
            }
        }

        return best;
    }

    private static int ScoreWhole(FragmentationTable table, long cpu, long podCpu, DeviceNeed need, Vector256<short> free)
    {
        Vector256<short> left = free;
        if (need.Count > 0)
        {
            foreach (int device in new Lanes(DeviceChoice.Best(need, free).Bits))
            {
                left = left.WithElement(device, (short)(free[device] - need.Milli[device]));
            }
        }

        return Points(table.Of(cpu, free) - table.Of(cpu - podCpu, left));
    }

    /// <summary>From a drop of fragmentation, GPU milli, to points: 50 stands for none.</summary>
    private static int Points(double drop) => (int)(1.0 / (1.0 + Math.Exp(-(drop / 1000))) * IScorePlugin.MaxNodeScore);

    private sealed record Published(Fragmentation Fragmentation, long Version);
}
