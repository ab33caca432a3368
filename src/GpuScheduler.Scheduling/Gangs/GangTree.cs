using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Sorts a gang's pods into its groups: by the group that a pod names, else by the groups' selectors; a group that splits makes one like it
/// for each combination of label values.
/// </summary>
internal static class GangTree
{
    /// <summary>The tree. A pod that belongs to no group is in none.</summary>
    public static GangPart Build(GangGroup group, IReadOnlyList<GangPod> pods)
    {
        GangPart root = Empty(group, isRoot: true);
        if (root.IsLeaf)
        {
            root.Pods.AddRange(pods.Where(p => p.Membership.Group.Length == 0 || p.Membership.Group == group.Name));
            return root;
        }

        List<(GangPart Parent, GangGroup Group)> leaves = [];
        Collect(root, leaves);
        Dictionary<(GangPart, string), GangPart> instances = [];
        foreach (GangPod pod in pods)
        {
            if (Find(leaves, pod) is not ({ } parent, { } leaf) || NameOf(leaf, pod) is not { } name)
            {
                continue;
            }

            GangPart? part = parent;
            if (!leaf.SplitBy.IsEmpty && !instances.TryGetValue((parent, name), out part))
            {
                part = new GangPart(leaf, name);
                parent.Parts.Add(part);
                instances.Add((parent, name), part);
            }

            part.Pods.Add(pod);
        }

        Sort(root);
        return root;
    }

    private static GangPart Empty(GangGroup group, bool isRoot)
    {
        GangPart part = new(group, isRoot ? "" : group.Name);
        foreach (GangGroup child in group.Groups)
        {
            if (child.SplitBy.IsEmpty)
            {
                part.Parts.Add(Empty(child, isRoot: false));
            }
        }

        return part;
    }

    private static void Collect(GangPart part, List<(GangPart, GangGroup)> leaves)
    {
        if (part.IsLeaf)
        {
            leaves.Add((part, part.Group));
            return;
        }

        foreach (GangGroup template in part.Group.Groups.Where(g => !g.SplitBy.IsEmpty))
        {
            leaves.Add((part, template));
        }

        foreach (GangPart child in part.Parts)
        {
            Collect(child, leaves);
        }
    }

    private static (GangPart? Parent, GangGroup? Group) Find(List<(GangPart Parent, GangGroup Group)> leaves, GangPod pod)
    {
        string named = pod.Membership.Group;
        foreach ((GangPart parent, GangGroup group) in leaves)
        {
            if (named.Length > 0 ? group.Name == named : group.Selector is { } selector && selector.All(s => pod.Pod.Labels.GetValueOrDefault(s.Key) == s.Value))
            {
                return (parent, group);
            }
        }

        // Who names none and is picked by none goes to the group that asks for nothing, if there is one.
        return named.Length > 0 ? default : leaves.FirstOrDefault(l => l.Group.Selector is null && (leaves.Count == 1 || l.Group.Name.Length == 0));
    }

    /// <summary>The name of the pod's instance of the group; null where the pod lacks a label that the group splits by.</summary>
    private static string? NameOf(GangGroup leaf, GangPod pod)
    {
        if (leaf.SplitBy.IsEmpty)
        {
            return leaf.Name;
        }

        string[] values = new string[leaf.SplitBy.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (!pod.Pod.Labels.TryGetValue(leaf.SplitBy[i], out values[i]!))
            {
                return null;
            }
        }

        return leaf.Name.Length == 0 ? string.Join('/', values) : $"{leaf.Name}/{string.Join('/', values)}";
    }

    /// <summary>Groups in the order of their object; instances of one in the order of their names, however their pods came.</summary>
    private static void Sort(GangPart part)
    {
        part.Parts.Sort((a, b) =>
        {
            int order = part.Group.Groups.IndexOf(a.Group).CompareTo(part.Group.Groups.IndexOf(b.Group));
            return order != 0 ? order : RankOrder.CompareNames(a.Name, b.Name);
        });
        part.Parts.ForEach(Sort);
    }
}
