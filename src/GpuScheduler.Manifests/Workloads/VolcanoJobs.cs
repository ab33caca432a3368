using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>The pods of a Volcano Job and its PodGroup, which has the Job's name.</summary>
internal static class VolcanoJobs
{
    private const string PartitionId = "volcano.sh/partition-id";
    private const int MaxPods = 1_000_000;

    public static IEnumerable<PodPlan> Plan(MapReader spec, ManifestObject item, GangCollector gangs)
    {
        List<PodPlan> plans = [];
        List<GangGroup> groups = [];
        long pods = 0;
        foreach (MapReader task in spec.Maps("tasks"))
        {
            int replicas = task.Int("replicas", 0, MaxPods, 1);
            GangGroup group = Group(task, replicas, out int partitionSize);
            groups.Add(group);
            pods += replicas;
            if (WorkloadReader.Template(task) is { } template)
            {
                plans.Add(Of(template, item, group.Name, replicas, partitionSize));
            }
        }

        GangGroup root = new()
        {
            MinPods = spec.IntOrNull("minAvailable", 0, int.MaxValue) ?? GangGroup.LeastPods([.. groups], null),
            Size = (int)Math.Min(int.MaxValue, pods),
            Groups = [.. groups],
            RequiredLevel = VolcanoPodGroupReader.Topology(spec),
            Disruption = DisruptionMode.WholeGroup,
        };
        if (root.MinPods > pods)
        {
            spec.Error("minAvailable", $"{root.MinPods} is more than the {pods} pods of all tasks; lower it, or raise their replicas");
        }

        if (item.Name().Length > 0)
        {
            gangs.Add(
                new GangObject
                {
                    Key = new GangKey(GangKinds.Volcano, item.Namespace(), item.Name()),
                    Created = Timestamps.Read(item.Metadata, "creationTimestamp"),
                    Group = root,
                    PriorityClassName = spec.String("priorityClassName"),
                    Queue = spec.String("queue", "default"),
                },
                item);
        }

        return plans;
    }

    private static GangGroup Group(MapReader task, int replicas, out int partitionSize)
    {
        string name = task.RequiredString("name");
        int? minAvailable = task.IntOrNull("minAvailable", 0, int.MaxValue);
        if (minAvailable > replicas)
        {
            task.Error("minAvailable", $"{minAvailable} is more than the task's {replicas} replicas; lower it");
        }

        GangGroup group = new() { Name = name, MinPods = minAvailable ?? replicas, Size = replicas, Disruption = DisruptionMode.WholeGroup };
        if (task.Map("partitionPolicy") is not { } policy)
        {
            partitionSize = 0;
            return group;
        }

        int partitions = policy.Int("totalPartitions", 1, MaxPods, 1);
        partitionSize = policy.Int("partitionSize", 1, MaxPods, 1);
        int needed = policy.Int("minPartitions", 0, MaxPods, 0);
        if ((long)partitions * partitionSize != replicas)
        {
            policy.Error("totalPartitions", $"{partitions} times partitionSize {partitionSize} is not the task's {replicas} replicas; make them agree");
        }

        GangGroup each = new()
        {
            Name = $"{name}/each",
            Selector = LabelSet.Of(("volcano.sh/task-spec", name)),
            SplitBy = [PartitionId],
            MinPods = partitionSize,
            Size = partitionSize,
            RequiredLevel = VolcanoPodGroupReader.Topology(policy),
            Disruption = DisruptionMode.WholeGroup,
        };
        return group with { MinPods = minAvailable ?? (int)Math.Min(int.MaxValue, (long)needed * partitionSize), MinGroups = needed, Groups = [each] };
    }

    private static PodPlan Of(MapReader template, ManifestObject item, string task, int replicas, int partitionSize)
    {
        string job = item.Name();
        ImmutableSortedDictionary<string, string> keys = LabelSet.Of(("volcano.sh/job-name", job), ("volcano.sh/task-spec", task));
        return new PodPlan(template, replicas, i => string.Create(CultureInfo.InvariantCulture, $"{job}-{task}-{i}"))
        {
            IsGang = true,
            Stamp = i => new PodStamp(
                partitionSize == 0 ? keys : keys.SetItem(PartitionId, PodStamp.Text(i / partitionSize)),
                keys.SetItem("scheduling.k8s.io/group-name", job).SetItem("volcano.sh/task-index", PodStamp.Text(i))),
        };
    }
}
