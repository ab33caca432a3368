namespace GpuScheduler.Cluster;

/// <summary>What a pod says from which its place in a gang is read.</summary>
/// <param name="Namespace">The pod's, and with it that of every object that it names.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">Its annotations.</param>
/// <param name="SchedulingGroup"><c>spec.schedulingGroup.podGroupName</c>; empty where it has none.</param>
public readonly record struct GangSource(
    string Namespace, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, string SchedulingGroup = "")
{
    /// <summary>The annotation of a key, and where there is none, the label; null: neither.</summary>
    public string? Find(string key) => Annotations.TryGetValue(key, out string? value) || Labels.TryGetValue(key, out value) ? value : null;
}
