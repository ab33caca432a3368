using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>A group of a gang and its pods that have a place.</summary>
internal sealed class GroupStanding(GangGroup group)
{
    public GangGroup Group { get; } = group;

    /// <summary>Its pods that have a place, those of its sub-groups included.</summary>
    public List<Victim> Members { get; } = [];

    /// <summary>True where the group reaches its minimum without so many of its pods.</summary>
    public bool CanLose(int pods) => Members.Count - pods >= Group.MinPods;
}
