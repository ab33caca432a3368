using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Optimization;
using GpuScheduler.Plugins;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

/// <summary>A profile at work in a simulation; where it has a price plugin, keeps its prices up to date.</summary>
internal sealed class GpuPolicyRun : IPolicyRun
{
    private readonly GpuPriceUpdater? _updater;

    public GpuPolicyRun(Profile profile, TypicalPods? known)
    {
        Profile = profile;
        _updater = profile.Score.Select(s => s.Plugin).OfType<GpuPriceScore>().FirstOrDefault() is { } prices
            ? new GpuPriceUpdater(prices, new LinearPriceSolver(new PriceOptions()), known)
            : null;
    }

    public Profile Profile { get; }

    public void Observe(PodClass arrived, ClusterView state) => _updater?.Observe(arrived, state);

    public void ObserveLeft(PodClass left) => _updater?.ObserveLeft(left);

    /// <summary>A run in which one GPU policy alone scores.</summary>
    public static GpuPolicyRun Start(Workload workload, GpuScore score, bool knowsDemand, GangStrategy gangs = GangStrategy.NarrowestDomain) =>
        new(BuiltInPlugins.ProfileWith(WorkloadScheduler.NameOf(workload), score, gangs), knowsDemand ? TypicalDemand.Of(workload) : null);
}
