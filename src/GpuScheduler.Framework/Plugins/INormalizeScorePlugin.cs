namespace GpuScheduler.Framework;

/// <summary>
/// A score plugin whose raw scores only mean something against those of the other feasible nodes. As in all of kube-scheduler's own
/// plugins the rule depends on the smallest and the largest of them alone, which is what lets the engine keep raw scores.
/// </summary>
public interface INormalizeScorePlugin : IScorePlugin
{
    /// <summary>The final score, 0 to 100 x <see cref="IScorePlugin.Precision"/>.</summary>
    /// <param name="score">A feasible node's raw score.</param>
    /// <param name="lowest">The smallest raw score among feasible nodes.</param>
    /// <param name="highest">The largest raw score among feasible nodes.</param>
    int NormalizeScore(int score, int lowest, int highest);
}
