using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Optimization;
using GpuScheduler.Plugins;

namespace GpuScheduler.Benchmarks;

/// <summary>The profiles that benchmarks run.</summary>
public static class Profiles
{
    /// <summary>The default profile, with prices solved for the benchmark's mix of pods.</summary>
    public static Profile Default(ClusterWriter writer, PodClass[] classes) => WithPrices(BuiltInPlugins.DefaultProfile(BenchCluster.SchedulerName), writer, classes);

    /// <summary>Resource, taint, affinity and GPU plugins: what the target for cold evaluation names.</summary>
    public static Profile Lean(ClusterWriter writer, PodClass[] classes)
    {
        Profile profile = Default(writer, classes);
        string[] left = ["NodeResourcesBalancedAllocation", "ImageLocality"];
        return profile with
        {
            PreScore = [.. profile.PreScore.Where(p => !left.Contains(p.Name))],
            Score = [.. profile.Score.Where(s => !left.Contains(s.Plugin.Name))],
        };
    }

    /// <summary>The filters of the default profile and nothing that scores.</summary>
    public static Profile FiltersOnly() => BuiltInPlugins.DefaultProfile(BenchCluster.SchedulerName) with { PreScore = [], Score = [] };

    private static Profile WithPrices(Profile profile, ClusterWriter writer, PodClass[] classes)
    {
        foreach (GpuPriceScore prices in profile.Score.Select(s => s.Plugin).OfType<GpuPriceScore>())
        {
            GpuPriceUpdater updater = new(prices, new LinearPriceSolver(new PriceOptions()), TypicalPods.Of(classes));
            updater.Observe(classes[0], writer.Working);
        }

        return profile;
    }
}
