using System.Collections.Frozen;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// What a profile has to do for a pod class: PreFilter and PreScore have run, plugins without a say are left out, and the others
/// are sorted by what their answers depend on.
/// </summary>
internal sealed class ClassPlan
{
    private ClassPlan(PodClass podClass) => Class = podClass;

    public PodClass Class { get; }

    /// <summary>Rejected where PreFilter found that the pod fits nowhere.</summary>
    public Status Status { get; private set; }

    /// <summary>The only nodes that can fit, or null.</summary>
    public FrozenSet<string>? NodeNames { get; private set; }

    /// <summary>The plugins that named <see cref="NodeNames"/>, as kube-scheduler prints them.</summary>
    public string NodeNamesBy { get; private set; } = "";

    /// <summary>All filters, in the profile's order.</summary>
    public FilterSlot[] Filters { get; private set; } = [];

    /// <summary>Filters that look at nodes alone.</summary>
    public FilterSlot[] NodeFilters { get; private set; } = [];

    /// <summary>Filters that look at what is placed as well.</summary>
    public FilterSlot[] UsageFilters { get; private set; } = [];

    /// <summary>Filters that can count pods, the last first: those tend to allow the fewest.</summary>
    public FilterSlot[] CapacityFilters { get; private set; } = [];

    /// <summary>Filters that depend on what is placed and cannot count.</summary>
    public FilterSlot[] UncountedFilters { get; private set; } = [];

    /// <summary>Scores whose units add up as they are.</summary>
    public ScoreSlot[] PlainScores { get; private set; } = [];

    /// <summary>Scores that are normalised over the feasible nodes.</summary>
    public ScoreSlot[] NormalizedScores { get; private set; } = [];

    /// <summary>True where a score differs from attempt to attempt and nothing of it can be kept.</summary>
    public bool ScoresReadAttempt { get; private set; }

    /// <summary>True where a filter differs from attempt to attempt and nothing at all can be kept.</summary>
    public bool FiltersReadAttempt { get; private set; }

    /// <summary>True where an answer depends on <see cref="ClusterView.Images"/>.</summary>
    public bool ReadsImages { get; private set; }

    /// <summary>Who picks devices, in order.</summary>
    public (IDevicePlugin Plugin, object? State)[] DevicePlugins { get; private set; } = [];

    /// <summary>Those of <paramref name="lanes"/> whose node PreFilter has not ruled out by name.</summary>
    public ulong Named(Block block, ulong lanes)
    {
        if (NodeNames is not { } names)
        {
            return lanes;
        }

        ulong named = 0;
        foreach (int lane in new Lanes(lanes))
        {
            named |= names.Contains(block.Nodes[lane].Name) ? 1UL << lane : 0;
        }

        return named;
    }

    public static ClassPlan Make(Profile profile, PodClass podClass, Vocabulary vocabulary, PluginTimes? times = null)
    {
        ClassPlan plan = new(podClass);
        PluginStates states = new(profile.PreFilter.Length);
        List<string> namers = [];
        times?.Start();
        foreach (IPreFilterPlugin plugin in profile.PreFilter)
        {
            PreFilterResult result = plugin.PreFilter(podClass, vocabulary);
            times?.Stop(plugin, ExtensionPoints.PreFilter, result.Status.Code == StatusCode.Skip ? StatusCode.Success : result.Status.Code);
            if (result.Status.Code == StatusCode.Skip)
            {
                states.Skip(plugin);
                continue;
            }

            if (!result.Status.IsSuccess)
            {
                plan.Status = result.Status with { Plugin = plugin.Name };
                if (result.Status.Code != StatusCode.Unschedulable)
                {
                    return plan;
                }

                continue;
            }

            states.Set(plugin, result.State);
            if (result.NodeNames is { } names)
            {
                plan.NodeNames = plan.NodeNames is null ? names : plan.NodeNames.Intersect(names).ToFrozenSet(StringComparer.Ordinal);
                namers.Add(plugin.Name);
            }
        }

        plan.NodeNamesBy = string.Join(' ', namers);
        plan.PlanFilters(profile, states);
        plan.PlanScores(profile, podClass, vocabulary, states, times);
        return plan;
    }

    private void PlanFilters(Profile profile, PluginStates states)
    {
        List<FilterSlot> filters = new(profile.Filter.Length);
        foreach (IFilterPlugin plugin in profile.Filter)
        {
            if (!states.IsSkipped(plugin))
            {
                filters.Add(new FilterSlot(plugin, states.Of(plugin)));
            }
        }

        Filters = [.. filters];
        NodeFilters = Array.FindAll(Filters, f => f.Plugin.FilterReads == Reads.Nodes);
        UsageFilters = Array.FindAll(Filters, f => f.Plugin.FilterReads != Reads.Nodes);
        CapacityFilters = Array.FindAll(Filters, f => f.Plugin is ICapacityPlugin);
        Array.Reverse(CapacityFilters);
        UncountedFilters = Array.FindAll(UsageFilters, f => f.Plugin is not ICapacityPlugin);
        FiltersReadAttempt = Array.Exists(Filters, f => f.Plugin.FilterReads.HasFlag(Reads.Attempt));
    }

    private void PlanScores(Profile profile, PodClass podClass, Vocabulary vocabulary, PluginStates filterStates, PluginTimes? times)
    {
        PluginStates states = new(profile.PreScore.Length);
        foreach (IPreScorePlugin plugin in profile.PreScore)
        {
            PreScoreResult result = plugin.PreScore(podClass, vocabulary);
            times?.Stop(plugin, ExtensionPoints.PreScore, result.Status.Code == StatusCode.Skip ? StatusCode.Success : result.Status.Code);
            if (result.Status.Code == StatusCode.Skip)
            {
                states.Skip(plugin);
            }
            else if (result.Status.IsSuccess)
            {
                states.Set(plugin, result.State);
            }
            else
            {
                Status = result.Status with { Plugin = plugin.Name };
            }
        }

        int precision = profile.ScorePrecision;
        List<ScoreSlot> plain = new(profile.Score.Length), normalized = [];
        List<(IDevicePlugin, object?)> devices = [];
        foreach (WeightedScore score in profile.Score)
        {
            if (states.IsSkipped(score.Plugin))
            {
                continue;
            }

            ScoreSlot slot = ScoreSlot.Of(score, states.Of(score.Plugin), precision);
            (slot.Normalizer is null ? plain : normalized).Add(slot);
            ScoresReadAttempt |= score.Plugin.ScoreReads.HasFlag(Reads.Attempt);
            ReadsImages |= score.Plugin.ScoreReads.HasFlag(Reads.Images);
            if (score.Plugin is IDevicePlugin device)
            {
                devices.Add((device, slot.State));
            }
        }

        PlainScores = [.. plain];
        NormalizedScores = [.. normalized];
        ReadsImages |= Array.Exists(Filters, f => f.Plugin.FilterReads.HasFlag(Reads.Images));
        foreach (FilterSlot filter in Filters)
        {
            if (filter.Plugin is IDevicePlugin device)
            {
                devices.Add((device, filter.State ?? filterStates.Of(filter.Plugin)));
            }
        }

        DevicePlugins = podClass.Devices.IsNone ? [] : [.. devices];
    }
}
