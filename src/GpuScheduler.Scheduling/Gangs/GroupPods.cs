using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>A group of a gang with the pods that belong to it, whatever their state: what <see cref="GroupUnit"/>s are made from.</summary>
internal sealed class GroupPods(GangGroup group, string name)
{
    public GangGroup Group { get; } = group;

    /// <summary>Name for messages; empty for a whole gang.</summary>
    public string Name { get; } = name;

    public List<GroupPods> Parts { get; } = [];

    /// <summary>Its own pods; empty where it has parts.</summary>
    public List<GangPod> Pods { get; } = [];

    /// <summary>True where it consists of pods.</summary>
    public bool IsLeaf => Group.Groups.IsEmpty;

    /// <summary>What it lacks of its minimum, as a clause ("has 5 of 8 pods"); null: nothing.</summary>
    public string? Lack(Func<GangPod, bool> counts) => Lack(counts, out _);

    /// <summary>The tree to place.</summary>
    /// <param name="nodes">Finds nodes that pods hold places on; a pod whose node is gone is left out, as it runs no more.</param>
    /// <param name="isStarted">True where the gang's minimum was bound once: what comes later is placed as it comes.</param>
    public GroupUnit Unit(NodeDirectory nodes, bool isStarted)
    {
        // Those that have succeeded did their part: so many fewer are needed.
        GangGroup group = isStarted ? Group with { MinPods = 0, MinGroups = 0 } : CountSucceeded() is > 0 and var done ? Group with { MinPods = Math.Max(0, Group.MinPods - done) } : Group;
        if (!IsLeaf)
        {
            return new GroupUnit(group, [.. Parts.Select(p => p.Unit(nodes, isStarted))], []);
        }

        List<(GangPod Pod, int Node)> members = new(Pods.Count);
        foreach (GangPod pod in Pods)
        {
            if (pod.State == GangPodState.Pending)
            {
                members.Add((pod, -1));
            }
            else if (pod.IsPlaced && nodes.TryFind(pod.Node, out int node))
            {
                members.Add((pod, node));
            }
        }

        members.Sort(static (a, b) => RankOrder.Instance.Compare(a.Pod, b.Pod));
        return new GroupUnit(group, [], [.. members.Select(m => new GangMember(m.Pod.Pod, m.Pod.Class, m.Node))]);
    }

    private string? Lack(Func<GangPod, bool> counts, out int pods)
    {
        string? first = null;
        pods = 0;
        if (IsLeaf)
        {
            foreach (GangPod pod in Pods)
            {
                pods += counts(pod) ? 1 : 0;
            }
        }
        else
        {
            int whole = 0;
            foreach (GroupPods part in Parts)
            {
                string? lack = part.Lack(counts, out int some);
                pods += some;
                whole += lack is null ? 1 : 0;
                first ??= lack;
            }

            int needed = Group.MinGroups ?? Parts.Count;
            if (whole >= needed)
            {
                first = null;
            }
            else
            {
                first ??= string.Create(CultureInfo.InvariantCulture, $"{Named}has {whole} of {needed} groups");
            }
        }

        return first ?? (pods < Group.MinPods ? string.Create(CultureInfo.InvariantCulture, $"{Named}has {pods} of {Group.MinPods} pods") : null);
    }

    private int CountSucceeded()
    {
        int count = 0;
        foreach (GangPod pod in Pods)
        {
            count += pod.State == GangPodState.Succeeded ? 1 : 0;
        }

        foreach (GroupPods part in Parts)
        {
            count += part.CountSucceeded();
        }

        return count;
    }

    private string Named => Name.Length == 0 ? "" : $"group \"{Name}\" ";
}
