namespace GpuScheduler.Cluster;

/// <summary>Kubernetes' own field (KEP-4671).</summary>
internal sealed class NativeDialect : IGangDialect
{
    public void Read(GangSource pod, GangStatements statements)
    {
        if (pod.SchedulingGroup.Length > 0)
        {
            statements.Member(GangAuthority.PodGroup, GangKeys.SchedulingGroup, new GangMembership(new GangKey(GangKinds.PodGroup, pod.Namespace, pod.SchedulingGroup)));
        }
    }
}
