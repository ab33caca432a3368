using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Any feasible node, each as likely as the other, and any of its devices that fit; the same in every run with the same seed.
/// Its scores are as fine as there are, so that hardly ever two nodes are equal and the order of ties hardly ever decides.
/// </summary>
public sealed class GpuRandom(ulong seed) : GpuScore
{
    private const ulong Scores = (IScorePlugin.MaxNodeScore * (ulong)IScorePlugin.MaxPrecision) + 1;

    public override string Name => "GpuRandom";

    public override Reads ScoreReads => Reads.Nodes | Reads.Attempt;

    public override int Precision => IScorePlugin.MaxPrecision;

    public override DeviceSet ChooseDevices(in PluginContext context, Block block, int lane) =>
        DeviceChoice.Random(DeviceNeeds.Of(context).For(block, lane), FreeDevices.Of(block, lane), Hash(context, block, lane));

    private protected override void Score(
        in PluginContext context, Block block, ulong lanes, DeviceShape shape, DeviceNeed need, Span<int> scores)
    {
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = (int)Math.BigMul(Hash(context, block, lane), Scores, out _);
        }
    }

    private ulong Hash(in PluginContext context, Block block, int lane) =>
        TieKeys.Mix(TieKeys.Mix(TieKeys.Mix(seed) ^ (ulong)context.Attempt) ^ block.Nodes.TieKeys[lane]);
}
