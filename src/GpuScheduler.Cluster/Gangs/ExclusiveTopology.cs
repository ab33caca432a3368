using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// What a pod claims for its group: a domain in which no pod of another group is. Groups are told apart by the value of a label; pods without that label are no
/// concern of it. LeaderWorkerSet and JobSet write it as pod anti-affinity over the label, which kube-scheduler keeps in both directions: pods of other groups stay out of a claimed
/// domain whether they claim one or not, and a domain that they are in cannot be claimed.
/// </summary>
/// <param name="Level">Node label key of the domain's level.</param>
/// <param name="Label">Pod label key that tells groups apart.</param>
/// <param name="AllNamespaces">False where only pods of the claiming pod's namespace count.</param>
public sealed record ExclusiveTopology(string Level, string Label, bool AllNamespaces)
{
    /// <summary>The labels by which groups are told apart that may claim domains.</summary>
    public static readonly ImmutableArray<string> Labels = [GangKeys.LwsGroupKey, GangKeys.LwsSubgroupKey, GangKeys.JobSetJobKey];

    /// <summary>True where a pod may be kept out of domains that others claim, or claims one.</summary>
    public static bool Concerns(Pod pod)
    {
        if (pod.Labels.Count == 0)
        {
            return false;
        }

        foreach (string label in Labels)
        {
            if (pod.Labels.ContainsKey(label))
            {
                return true;
            }
        }

        return false;
    }
}
