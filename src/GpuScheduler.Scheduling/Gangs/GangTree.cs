using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Sorts a gang's pods into its groups; a group that splits becomes one for each combination of label values.</summary>
internal static class GangTree
{
    /// <summary>The tree. A pod for which the gang has no group is in none.</summary>
    public static GroupPods Build(Gang gang, IReadOnlyList<GangPod> pods)
    {
        GroupPods root = Empty(gang.Group, isRoot: true);
        if (root.IsLeaf)
        {
            root.Pods.AddRange(pods);
            return root;
        }

        Dictionary<(GroupPods, GangGroup, string), GroupPods> known = [];
        foreach (GangPod pod in pods)
        {
            if (gang.Find(pod.Membership, pod.Pod.Labels) is { } path && Descend(root, path, known) is { } leaf)
            {
                leaf.Pods.Add(pod);
            }
        }

        Sort(root);
        return root;
    }

    private static GroupPods Empty(GangGroup group, bool isRoot)
    {
        GroupPods part = new(group, isRoot ? "" : group.Name);
        foreach (GangGroup child in group.Groups)
        {
            if (child.SplitBy.IsEmpty)
            {
                part.Parts.Add(Empty(child, isRoot: false));
            }
        }

        return part;
    }

    private static GroupPods? Descend(GroupPods root, GangPath path, Dictionary<(GroupPods, GangGroup, string), GroupPods> known)
    {
        GroupPods at = root;
        for (int i = 1; i < path.Groups.Length; i++)
        {
            GangGroup group = path.Groups[i];
            string split = i == path.Groups.Length - 1 ? path.Split : "";
            if (!known.TryGetValue((at, group, split), out GroupPods? part))
            {
                part = at.Parts.Find(p => ReferenceEquals(p.Group, group) && split.Length == 0);
                if (part is null)
                {
                    part = new GroupPods(group, group.Name.Length == 0 ? split : $"{group.Name}/{split}");
                    at.Parts.Add(part);
                }

                known.Add((at, group, split), part);
            }

            at = part;
        }

        // An object that is the parent of others may be named by pods all the same; they have no place in it.
        return at.IsLeaf ? at : null;
    }

    /// <summary>Groups in the order of their object; those that one was split into in the order of their names, however their pods came.</summary>
    private static void Sort(GroupPods part)
    {
        part.Parts.Sort((a, b) =>
        {
            int order = part.Group.Groups.IndexOf(a.Group).CompareTo(part.Group.Groups.IndexOf(b.Group));
            return order != 0 ? order : RankOrder.CompareNames(a.Name, b.Name);
        });
        part.Parts.ForEach(Sort);
    }
}
