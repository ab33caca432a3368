using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>A group of a gang with the pods that there are: the tree that is placed as one.</summary>
/// <param name="Group">What is asked of it.</param>
/// <param name="Groups">Its parts; empty: it consists of pods.</param>
/// <param name="Members">Its own pods, in rank order, without those that have ended; empty where it has parts.</param>
public sealed record GroupUnit(GangGroup Group, ImmutableArray<GroupUnit> Groups, ImmutableArray<GangMember> Members)
{
    /// <summary>All its pods, those of its parts included, in the order of the tree.</summary>
    public IEnumerable<GangMember> AllMembers => Groups.IsEmpty ? Members : Groups.SelectMany(g => g.AllMembers);
}
