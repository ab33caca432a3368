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
        Dictionary<IPlugin, object?> filterStates = [];
        HashSet<IPlugin> skipped = [];
        List<string> namers = [];
        times?.Start();
        foreach (IPreFilterPlugin plugin in profile.PreFilter)
        {
            PreFilterResult result = plugin.PreFilter(podClass, vocabulary);
            times?.Stop(plugin, ExtensionPoints.PreFilter, result.Status.Code == StatusCode.Skip ? StatusCode.Success : result.Status.Code);
            if (result.Status.Code == StatusCode.Skip)
            {
                skipped.Add(plugin);
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

            filterStates[plugin] = result.State;
            if (result.NodeNames is { } names)
            {
                plan.NodeNames = plan.NodeNames is null ? names : plan.NodeNames.Intersect(names).ToFrozenSet(StringComparer.Ordinal);
                namers.Add(plugin.Name);
            }
        }

        plan.NodeNamesBy = string.Join(' ', namers);
        plan.Filters =
        [
            .. profile.Filter.Where(f => !skipped.Contains(f)).Select(f => new FilterSlot(f, filterStates.GetValueOrDefault(f))),
        ];
        plan.NodeFilters = [.. plan.Filters.Where(f => f.Plugin.FilterReads == Reads.Nodes)];
        plan.UsageFilters = [.. plan.Filters.Where(f => f.Plugin.FilterReads != Reads.Nodes)];
        plan.CapacityFilters = [.. plan.Filters.Where(f => f.Plugin is ICapacityPlugin).Reverse()];
        plan.UncountedFilters = [.. plan.UsageFilters.Where(f => f.Plugin is not ICapacityPlugin)];
        plan.PlanScores(profile, podClass, vocabulary, filterStates, times);
        return plan;
    }

    private void PlanScores(Profile profile, PodClass podClass, Vocabulary vocabulary, Dictionary<IPlugin, object?> filterStates, PluginTimes? times)
    {
        Dictionary<IPlugin, object?> states = [];
        HashSet<IPlugin> skipped = [];
        foreach (IPreScorePlugin plugin in profile.PreScore)
        {
            PreScoreResult result = plugin.PreScore(podClass, vocabulary);
            times?.Stop(plugin, ExtensionPoints.PreScore, result.Status.Code == StatusCode.Skip ? StatusCode.Success : result.Status.Code);
            if (result.Status.Code == StatusCode.Skip)
            {
                skipped.Add(plugin);
            }
            else if (result.Status.IsSuccess)
            {
                states[plugin] = result.State;
            }
            else
            {
                Status = result.Status with { Plugin = plugin.Name };
            }
        }

        int precision = profile.ScorePrecision;
        ScoreSlot[] slots = [.. profile.Score.Where(s => !skipped.Contains(s.Plugin)).Select(s => ScoreSlot.Of(s, states.GetValueOrDefault(s.Plugin), precision))];
        PlainScores = [.. slots.Where(s => s.Normalizer is null)];
        NormalizedScores = [.. slots.Where(s => s.Normalizer is not null)];
        ScoresReadAttempt = slots.Any(s => s.Plugin.ScoreReads.HasFlag(Reads.Attempt));
        FiltersReadAttempt = Filters.Any(f => f.Plugin.FilterReads.HasFlag(Reads.Attempt));
        ReadsImages = slots.Any(s => s.Plugin.ScoreReads.HasFlag(Reads.Images))
            || Filters.Any(f => f.Plugin.FilterReads.HasFlag(Reads.Images));
        DevicePlugins = podClass.Devices.IsNone
            ? []
            : [
                .. slots.Where(s => s.Plugin is IDevicePlugin).Select(s => ((IDevicePlugin)s.Plugin, s.State)),
                .. Filters.Where(f => f.Plugin is IDevicePlugin).Select(f => ((IDevicePlugin)f.Plugin, f.State ?? filterStates.GetValueOrDefault(f.Plugin))),
            ];
    }
}
