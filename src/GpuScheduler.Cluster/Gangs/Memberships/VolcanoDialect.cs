namespace GpuScheduler.Cluster;

/// <summary>Volcano: its job controller and the integrations annotate pods with the PodGroup, their role and their index within the role.</summary>
internal sealed class VolcanoDialect : IGangDialect
{
    public void Read(GangSource pod, GangStatements statements)
    {
        if (!pod.Annotations.TryGetValue(GangKeys.VolcanoGroup, out string? name) || name.Length == 0)
        {
            return;
        }

        int? rank = GangValues.TryCount(pod.Find(GangKeys.VolcanoIndex), 0, out int index) ? index : null;
        statements.Member(GangAuthority.PodGroup, GangKeys.VolcanoGroup,
            new GangMembership(new GangKey(GangKinds.Volcano, pod.Namespace, name), pod.Find(GangKeys.VolcanoTask) ?? "", rank));
    }
}
