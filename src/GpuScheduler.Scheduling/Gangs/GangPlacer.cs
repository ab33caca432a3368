using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Finds places for all pods of a gang at once, or for none: in the narrowest domain that holds it, and there where the least room is left. One thread at a time.
/// </summary>
public sealed class GangPlacer(Evaluator evaluator, TopologyLevels levels, GangPlacerOptions options)
{
    private readonly UniformPlacer _uniform = new(evaluator, options.Strategy);
    private readonly PodByPodPlacer _podByPod = new(evaluator);
    private readonly ExclusiveDomains _exclusive = new();
    private DomainTree? _tree;

    /// <summary>The levels of the domain tree.</summary>
    public TopologyLevels Levels { get; set; } = levels;

    /// <summary>Levels from elsewhere than node labels.</summary>
    public TopologyOverlay Overlay { get; set; } = TopologyOverlay.Empty;

    /// <summary>
    /// Places the waiting pods of a gang in <paramref name="state"/>: its minimum, together with what it holds already, and as many above it as have room.
    /// Unless the outcome is <see cref="GangOutcome.Placed"/>, the state is as before. The caller may take a mark before, and roll back to it.
    /// </summary>
    /// <param name="root">The gang.</param>
    /// <param name="state">Where its pods are placed.</param>
    /// <param name="attempt">Number of the attempt; only plugins that read <see cref="Reads.Attempt"/> depend on it.</param>
    /// <param name="only">The nodes that its pods may go to; null: all.</param>
    public GangPlacement Place(GroupUnit root, Draft state, long attempt, NodeSet? only = null)
    {
        if (Shortage(root) is { } shortage)
        {
            return new GangPlacement(GangOutcome.CannotFit, [], Message: shortage);
        }

        _tree = DomainTree.Of(state, Levels, Overlay, _tree);
        GangBars? bars = GangBars.Of(root, state, _tree, Overlay, _exclusive);
        GangPlacement placement = Place(root, state, _tree, attempt, bars is null ? only : bars.Within(only, state), bars);
        return bars is null || placement.Outcome == GangOutcome.Placed ? placement : placement with { Message = $"{placement.Message}; {bars.Domains.Describe()}" };
    }

    /// <summary>The domains that exclusive topology keeps a pod out of, and their nodes; null: none.</summary>
    internal (BarredDomains Domains, NodeSet Nodes)? BarsOf(Pod pod, ClusterView state)
    {
        if (!ExclusiveTopology.Concerns(pod))
        {
            return null;
        }

        _exclusive.Refresh(state);
        if (!_exclusive.MayBar(pod))
        {
            return null;
        }

        _tree = DomainTree.Of(state, Levels, Overlay, _tree);
        DomainIds ids = new(_tree, Overlay, state);
        BarredDomains barred = new(ids);
        _exclusive.Bar(pod, ids, barred);
        return barred.IsEmpty ? null : (barred, barred.NodesIn(_tree));
    }

    private GangPlacement Place(GroupUnit root, Draft state, DomainTree tree, long attempt, NodeSet? only, GangBars? bars)
    {
        if (options.Strategy == GangStrategy.PodByPod && UniformPlacer.Suits(root, Levels))
        {
            return _podByPod.Place(root, state, tree, attempt, only);
        }

        if (only is null && UniformPlacer.Suits(root, Levels)
            && evaluator.CapacityOf(root.Members[0].Class, state, tree, attempt) is { } capacity
            && _uniform.Place(root, state, tree, capacity, attempt) is { } answer)
        {
            return answer;
        }

        return new GangSearch(evaluator, state, tree, Overlay, options.SearchLimit, attempt, only, bars?.ByGroup, root).Place();
    }

    /// <summary>What is missing before anything can be placed; null: nothing.</summary>
    private static string? Shortage(GroupUnit unit)
    {
        GangGroup group = unit.Group;
        string? first = null;
        int full = 0;
        foreach (GroupUnit part in unit.Groups)
        {
            if (Shortage(part) is { } shortage)
            {
                first ??= shortage;
            }
            else
            {
                full++;
            }
        }

        int needed = group.MinGroups ?? unit.Groups.Length;
        if (full < needed)
        {
            return group.MinGroups is null ? first : GangMessages.TooFewGroups(group.Name, needed, full);
        }

        int pods = CountOf(unit);
        return pods < group.MinPods ? GangMessages.TooFew(group.Name, group.MinPods, pods) : null;
    }

    private static int CountOf(GroupUnit unit)
    {
        int count = unit.Members.Length;
        foreach (GroupUnit part in unit.Groups)
        {
            count += CountOf(part);
        }

        return count;
    }
}
