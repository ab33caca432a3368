using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Finds places for all pods of a gang at once, or for none. One thread at a time.</summary>
public sealed class GangPlacer(Evaluator evaluator, TopologyLevels levels, GangPlacerOptions options)
{
    /// <summary>Levels from elsewhere than node labels.</summary>
    public TopologyOverlay Overlay { get; set; } = TopologyOverlay.Empty;

    /// <summary>
    /// Places the waiting pods of a gang in <paramref name="state"/>: its minimum, together with what it holds already, and as many above it as have room.
    /// Unless the outcome is <see cref="GangOutcome.Placed"/>, the state is as before. The caller may take a mark before, and roll back to it.
    /// </summary>
    /// <param name="root">The gang.</param>
    /// <param name="state">Where its pods are placed.</param>
    /// <param name="attempt">Number of the attempt; only plugins that read <see cref="Framework.Reads.Attempt"/> depend on it.</param>
    /// <param name="only">The nodes that its pods may go to; null: all.</param>
    public GangPlacement Place(GroupUnit root, Draft state, long attempt, NodeSet? only = null)
    {
        _ = levels;
        _ = options;
        int mark = state.Mark();
        ImmutableArray<MemberPlacement>.Builder placed = ImmutableArray.CreateBuilder<MemberPlacement>();
        foreach (GangMember member in root.AllMembers)
        {
            if (!member.IsPlaced && evaluator.Decide(member.Class, state, attempt, only) is { IsFound: true } decision)
            {
                state.Place(decision.Node, member.Pod, member.Class, decision.Devices);
                placed.Add(new MemberPlacement(member, decision.Node, decision.Devices));
            }
        }

        if (Lacking(root, placed.Select(p => p.Member.Pod).ToHashSet()) is not { } lacking)
        {
            return new GangPlacement(GangOutcome.Placed, placed.ToImmutable());
        }

        state.RollBack(mark);
        return new GangPlacement(GangOutcome.LimitReached, [], Message: lacking);
    }

    /// <summary>The first group that does not reach its minimum.</summary>
    private static string? Lacking(GroupUnit unit, HashSet<Pod> placed)
    {
        int reached = unit.Groups.Count(g => Lacking(g, placed) is null);
        if (reached < (unit.Group.MinGroups ?? unit.Groups.Length))
        {
            return unit.Groups.Select(g => Lacking(g, placed)).First(l => l is not null);
        }

        int count = unit.AllMembers.Count(m => m.IsPlaced || placed.Contains(m.Pod));
        return count >= unit.Group.MinPods
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{count} of the {unit.Group.MinPods} pods that it needs have room");
    }
}
