using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// The baseline: a straightforward engine in kube-scheduler's shape. For every pod it asks every plugin about every node, one node at a time,
/// normalises, adds up and takes the best. It runs the same plugins and keeps nothing between pods.
/// </summary>
public sealed class NodeByNodeEngine(Profile profile)
{
    private readonly int[] _scratch = new int[Block.Size];
    private readonly Dictionary<PodClass, (Dictionary<IPlugin, object?> States, HashSet<IPlugin> Skipped)> _prepared = [];
    private readonly List<int> _feasible = [];
    private int[] _totals = [];
    private int[] _raw = [];

    /// <summary>The best node, or -1, and the devices there.</summary>
    public (int Node, DeviceSet Devices) Decide(PodClass podClass, ClusterView view)
    {
        (Dictionary<IPlugin, object?> states, HashSet<IPlugin> skipped) = Prepare(podClass, view);
        _feasible.Clear();
        for (int b = 0; b < view.Blocks.Length; b++)
        {
            Block block = view.Blocks[b];
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                bool fits = true;
                foreach (IFilterPlugin filter in profile.Filter)
                {
                    if (!skipped.Contains(filter)
                        && filter.Filter(new PluginContext(podClass, states.GetValueOrDefault(filter), view, 0), block, 1UL << lane) == 0)
                    {
                        fits = false;
                        break;
                    }
                }

                if (fits)
                {
                    _feasible.Add((b * Block.Size) + lane);
                }
            }
        }

        if (_feasible.Count == 0)
        {
            return (-1, DeviceSet.Empty);
        }

        if (_totals.Length < _feasible.Count)
        {
            _totals = new int[_feasible.Count];
            _raw = new int[_feasible.Count];
        }

        Array.Clear(_totals, 0, _feasible.Count);
        foreach (WeightedScore score in profile.Score)
        {
            if (!skipped.Contains(score.Plugin))
            {
                AddScore(score, podClass, view, states);
            }
        }

        return Pick(podClass, view, states);
    }

    private void AddScore(WeightedScore score, PodClass podClass, ClusterView view, Dictionary<IPlugin, object?> states)
    {
        PluginContext context = new(podClass, states.GetValueOrDefault(score.Plugin), view, 0);
        (int lowest, int highest) = (int.MaxValue, int.MinValue);
        for (int i = 0; i < _feasible.Count; i++)
        {
            int lane = _feasible[i] % Block.Size;
            score.Plugin.Score(context, view.BlockOf(_feasible[i]), 1UL << lane, _scratch);
            _raw[i] = _scratch[lane];
            lowest = Math.Min(lowest, _raw[i]);
            highest = Math.Max(highest, _raw[i]);
        }

        ScoreSlot slot = ScoreSlot.Of(score, null, profile.ScorePrecision);
        for (int i = 0; i < _feasible.Count; i++)
        {
            int final = score.Plugin is INormalizeScorePlugin n ? n.NormalizeScore(_raw[i], lowest, highest) : _raw[i];
            _totals[i] += slot.Weigh(final);
        }
    }

    private (int Node, DeviceSet Devices) Pick(PodClass podClass, ClusterView view, Dictionary<IPlugin, object?> states)
    {
        int best = 0;
        for (int i = 1; i < _feasible.Count; i++)
        {
            if (_totals[i] > _totals[best] || (_totals[i] == _totals[best] && TieOf(view, _feasible[i]) < TieOf(view, _feasible[best])))
            {
                best = i;
            }
        }

        int node = _feasible[best];
        DeviceSet devices = DeviceSet.Empty;
        if (!podClass.Devices.IsNone)
        {
            foreach (IPlugin plugin in profile.Score.Select(s => (IPlugin)s.Plugin).Concat(profile.Filter))
            {
                if (plugin is IDevicePlugin chooser)
                {
                    devices = chooser.ChooseDevices(
                        new PluginContext(podClass, states.GetValueOrDefault(plugin), view, 0), view.BlockOf(node), node % Block.Size);
                    if (!devices.IsEmpty)
                    {
                        break;
                    }
                }
            }
        }

        return (node, devices);
    }

    private static ulong TieOf(ClusterView view, int node) => view.BlockOf(node).Nodes.TieKeys[node % Block.Size];

    private (Dictionary<IPlugin, object?> States, HashSet<IPlugin> Skipped) Prepare(PodClass podClass, ClusterView view)
    {
        if (_prepared.TryGetValue(podClass, out (Dictionary<IPlugin, object?> States, HashSet<IPlugin> Skipped) known))
        {
            return known;
        }

        Dictionary<IPlugin, object?> states = new(ReferenceEqualityComparer.Instance);
        HashSet<IPlugin> skipped = new(ReferenceEqualityComparer.Instance);
        foreach (IPreFilterPlugin plugin in profile.PreFilter)
        {
            PreFilterResult result = plugin.PreFilter(podClass, view.Vocabulary);
            states[plugin] = result.State;
            if (result.Status.Code == StatusCode.Skip)
            {
                skipped.Add(plugin);
            }
        }

        foreach (IPreScorePlugin plugin in profile.PreScore)
        {
            PreScoreResult result = plugin.PreScore(podClass, view.Vocabulary);
            if (plugin is IFilterPlugin)
            {
                // A plugin that filters and scores keeps one state here; ours prepare the same for both.
                states.TryAdd(plugin, result.State);
            }
            else
            {
                states[plugin] = result.State;
                if (result.Status.Code == StatusCode.Skip)
                {
                    skipped.Add(plugin);
                }
            }
        }

        return _prepared[podClass] = (states, skipped);
    }
}
