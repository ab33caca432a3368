using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>The pods of a LeaderWorkerSet, leaders and workers at once, with the labels and annotations of its controller.</summary>
internal static class LeaderWorkerSets
{
    private const string Prefix = "leaderworkerset.sigs.k8s.io/";
    private const int MaxPods = 1_000_000;

    public static IEnumerable<PodPlan> Plan(MapReader spec, ManifestObject item)
    {
        int replicas = spec.Int("replicas", 0, MaxPods, 1);
        MapReader? both = spec.Map("leaderWorkerTemplate");
        int size = both?.Int("size", 1, MaxPods, 1) ?? 1;
        if (both?.Map("workerTemplate") is not { } worker)
        {
            (both ?? spec).Error(both is null ? "leaderWorkerTemplate" : "workerTemplate", "is required; add it");
            return [];
        }

        if ((long)replicas * size > MaxPods)
        {
            both.Error("size", $"makes {(long)replicas * size} pods, and more than {MaxPods} are not read; lower the number");
            return [];
        }

        string name = item.Name();
        MapReader? subgroups = both.Map("subGroupPolicy");
        int? subgroupSize = subgroups?.IntOrNull("subGroupSize", 1, MaxPods);
        bool withoutLeader = subgroups?.String("subGroupPolicyType") == "LeaderExcluded";
        ImmutableSortedDictionary<string, string> annotations = LabelSet.Of((Prefix + "size", PodStamp.Text(size)));
        annotations = annotations.SetItems(
            (item.Metadata?.StringMap("annotations") ?? LabelSet.Empty).Where(a => a.Key is Prefix + "exclusive-topology" or Prefix + "subgroup-exclusive-topology"));
        if (subgroupSize is { } known)
        {
            annotations = annotations.SetItem(Prefix + "subgroup-size", PodStamp.Text(known));
        }

        return
        [
            new PodPlan(both.Map("leaderTemplate") ?? worker, replicas, g => string.Create(CultureInfo.InvariantCulture, $"{name}-{g}"))
            {
                IsGang = true,
                Stamp = g => Stamp(g, 0),
            },
            new PodPlan(worker, replicas * (size - 1), i => string.Create(CultureInfo.InvariantCulture, $"{name}-{i / (size - 1)}-{(i % (size - 1)) + 1}"))
            {
                IsGang = true,
                Stamp = i => Stamp(i / (size - 1), (i % (size - 1)) + 1),
            },
        ];

        PodStamp Stamp(int group, int index)
        {
            ImmutableSortedDictionary<string, string> labels = LabelSet.Of(
                (Prefix + "name", name),
                (Prefix + "group-index", PodStamp.Text(group)),
                (Prefix + "group-key", PodNames.TemplateHash(item.Namespace(), string.Create(CultureInfo.InvariantCulture, $"{name}-{group}"))),
                (Prefix + "worker-index", PodStamp.Text(index)));
            if (subgroupSize is { } each && !(withoutLeader && index == 0))
            {
                string subgroup = PodStamp.Text(Subgroup(index, each));
                labels = labels.SetItem(Prefix + "subgroup-index", subgroup)
                    .SetItem(Prefix + "subgroup-key", PodNames.TemplateHash(item.Namespace(), string.Create(CultureInfo.InvariantCulture, $"{name}-{group}/{subgroup}")));
            }

            return new PodStamp(labels, annotations);
        }

        // The leader, where it makes the count uneven, is one more in the first.
        int Subgroup(int index, int each) => withoutLeader || (size - 1) % each == 0 ? Math.Max(0, index - 1) / each : index / each;
    }
}
