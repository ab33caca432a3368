using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>What Kueue adds to the pods of a workload that it has admitted.</summary>
internal static class KueueStamps
{
    private const string Prefix = "kueue.x-k8s.io/";

    /// <summary>True for a workload in a queue of Kueue, which suspends it until it is admitted.</summary>
    public static bool IsManaged(ManifestObject item) => item.Metadata?.StringMap("labels").ContainsKey(Prefix + "queue-name") == true;

    /// <summary>The name of its Workload, and how many pods it has, where the template asks for a topology; else nothing.</summary>
    public static PodStamp Of(ManifestObject item, MapReader template, int count)
    {
        bool hasTopology = template.Map("metadata")?.StringMap("annotations").Keys.Any(k => k.StartsWith(Prefix + "podset-", StringComparison.Ordinal)) == true;
        return hasTopology
            ? PodStamp.None with { Annotations = LabelSet.Of((Prefix + "workload", $"{item.Kind.ToLowerInvariant()}-{item.Name()}"), (Prefix + "pod-group-total-count", PodStamp.Text(count))) }
            : PodStamp.None;
    }
}
