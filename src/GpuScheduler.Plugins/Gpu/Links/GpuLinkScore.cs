using System.Collections.Concurrent;
using System.Numerics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Prefers nodes on which a pod's whole devices talk fast to each other, and on which taking them breaks no set that others could use. Pods that ask for shares
/// or for no device are not scored. Where the kubelet picks, this is what its plugin may be expected to pick, no promise.
/// </summary>
/// <remarks>
/// A point stands for a hundredth of each device's compute, as <see cref="LinkScores.Efficiency"/> estimates it; a point of <see cref="GpuPriceScore"/> is 80 milli.
/// With 100 as that one's weight, 12 makes both count in the same currency.
/// </remarks>
public sealed class GpuLinkScore : IPreScorePlugin, IScorePlugin
{
    /// <summary>From so many lanes on it pays to look at columns instead of nodes.</summary>
    private const int ManyLanes = 6;

    /// <summary>By the one instance of a shape that its cluster's vocabulary holds.</summary>
    private readonly ConcurrentDictionary<DeviceShape, LinkScores> _scores = new(ReferenceEqualityComparer.Instance);

    public string Name => "GpuLinkScore";

    public Reads ScoreReads => Reads.Nodes | Reads.Usage;

    public int Precision => LinkScores.Precision;

    public PreScoreResult PreScore(PodClass pod, Vocabulary vocabulary) =>
        pod.Devices is { IsNone: false, IsExclusive: true } ? PreScoreResult.With(new DeviceNeeds(pod.Devices)) : PreScoreResult.Skip;

    public void Score(in PluginContext context, Block block, ulong lanes, Span<int> scores)
    {
        DeviceNeeds needs = DeviceNeeds.Of(context);
        foreach (LaneGroup<DeviceShape> group in block.Nodes.Shapes)
        {
            ulong asked = group.Lanes & lanes;
            if (asked == 0)
            {
                continue;
            }

            DeviceNeed need = needs.For(group);
            if (need.Subsets is null)
            {
                foreach (int lane in new Lanes(asked))
                {
                    scores[lane] = LinkScores.WithoutLinks(need.Count);
                }
            }
            else if (BitOperations.PopCount(asked) >= ManyLanes)
            {
                ScoreMany(ScoresOf(group.Value), need, block, asked, scores);
            }
            else
            {
                ScoreFew(ScoresOf(group.Value), need, block, asked, scores);
            }
        }
    }

    /// <summary>Node by node.</summary>
    internal static void ScoreFew(LinkScores table, DeviceNeed need, Block block, ulong lanes, Span<int> scores)
    {
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = table.Of(need.Fitting(FreeDevices.Of(block, lane, table.Devices)), need.Count);
        }
    }

    /// <summary>Device by device: one compare tells for all nodes whether the device is whole.</summary>
    internal static void ScoreMany(LinkScores table, DeviceNeed need, Block block, ulong lanes, Span<int> scores)
    {
        Span<ulong> whole = stackalloc ulong[Device.MaxPerNode];
        for (int device = 0; device < table.Devices; device++)
        {
            whole[device] = need.Milli[device] == Device.FullMilli
                ? ColumnMask.AtLeast(block.FreeMilli.Slice(device * Block.Size, Block.Size), Device.FullMilli)
                : 0;
        }

        foreach (int lane in new Lanes(lanes))
        {
            int free = 0;
            for (int device = 0; device < table.Devices; device++)
            {
                free |= (int)(whole[device] >> lane & 1) << device;
            }

            scores[lane] = table.Of(new DeviceSet((ushort)free), need.Count);
        }
    }

    private LinkScores ScoresOf(DeviceShape shape) =>
        _scores.TryGetValue(shape, out LinkScores? known) ? known : _scores.GetOrAdd(shape, new LinkScores(shape, shape.Subsets!));
}
