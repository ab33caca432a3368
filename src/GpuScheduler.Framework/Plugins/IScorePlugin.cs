using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>Ranks the nodes of a block. A plugin that looks at one node at a time may derive from <see cref="NodeScore"/>.</summary>
public interface IScorePlugin : IPlugin
{
    /// <summary>A node's best final score in points, before the profile's weight.</summary>
    const int MaxNodeScore = 100;

    /// <summary>All that the answer depends on besides the pod class.</summary>
    Reads ScoreReads { get; }

    /// <summary>
    /// Score units a point, 1 to <see cref="MaxPrecision"/>. kube-scheduler's plugins answer in whole points; a plugin whose nodes differ by less says
    /// how fine its scores are, and its final scores run from 0 to 100 x Precision.
    /// </summary>
    int Precision => 1;

    /// <summary>The finest scores there are. Every <see cref="Precision"/> is a power of two up to it.</summary>
    const int MaxPrecision = 1 << 20;

    /// <summary>
    /// Writes the score of each of <paramref name="lanes"/>. What it leaves in the other lanes is not read, so that it may score all of them at once.
    /// Several threads may ask at once, each about another block.
    /// </summary>
    void Score(in PluginContext context, Block block, ulong lanes, Span<int> scores);

    /// <summary>The one score that <see cref="Score"/> would give each of <paramref name="lanes"/>, where that is plain to see without a look at each.</summary>
    /// <returns>False where it is not: they may differ or not.</returns>
    bool TryScoreAlike(in PluginContext context, Block block, ulong lanes, out int score)
    {
        score = 0;
        return false;
    }
}
