namespace GpuScheduler.Cluster;

/// <summary>
/// Grove's labels. The PodGang's list of pods is authoritative, yet the labels say the same: the operator lifts its gate from a pod only once that is listed.
/// </summary>
internal sealed class GroveDialect : IGangDialect
{
    public void Read(GangSource pod, GangStatements statements)
    {
        if (!pod.Labels.TryGetValue(GangKeys.GrovePodGang, out string? name) || name.Length == 0)
        {
            return;
        }

        int? rank = GangValues.TryCount(pod.Labels.GetValueOrDefault(GangKeys.GroveIndex), 0, out int index) ? index : null;
        statements.Member(GangAuthority.GroupTree, GangKeys.GrovePodGang,
            new GangMembership(new GangKey(GangKinds.Grove, pod.Namespace, name), pod.Labels.GetValueOrDefault(GangKeys.GrovePodClique, ""), rank));
    }
}
