using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>What an update of a node changed, as the queue's events name it.</summary>
internal static class NodeChanges
{
    public static ActionTypes Between(Node before, Node after)
    {
        ActionTypes changed = ActionTypes.None;
        if (!before.Allocatable.Equals(after.Allocatable) || !before.Shape.Equals(after.Shape) || before.Regime != after.Regime)
        {
            changed |= ActionTypes.UpdateNodeAllocatable;
        }

        if (!AreEqual(before.Labels, after.Labels))
        {
            changed |= ActionTypes.UpdateNodeLabel;
        }

        // As kube-scheduler does: a cordon is a taint.
        if (before.Unschedulable != after.Unschedulable || !before.Taints.AsSpan().SequenceEqual(after.Taints.AsSpan()))
        {
            changed |= ActionTypes.UpdateNodeTaint;
        }

        return changed;
    }

    /// <summary>True where neither decisions nor scores can tell the two apart.</summary>
    public static bool IsSame(Node before, Node after) =>
        Between(before, after) == ActionTypes.None && before.Uid == after.Uid && before.DeviceUuids.AsSpan().SequenceEqual(after.DeviceUuids.AsSpan()) && AreEqual(before.Images, after.Images);

    private static bool AreEqual(ImmutableSortedDictionary<string, string> a, ImmutableSortedDictionary<string, string> b) =>
        ReferenceEquals(a, b) || (a.Count == b.Count && a.SequenceEqual(b));

    private static bool AreEqual(ImmutableArray<ContainerImage> a, ImmutableArray<ContainerImage> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        for (int i = 0; i < a.Length; i++)
        {
            if (a[i].SizeBytes != b[i].SizeBytes || !a[i].Names.AsSpan().SequenceEqual(b[i].Names.AsSpan()))
            {
                return false;
            }
        }

        return true;
    }
}
