namespace GpuScheduler.Cluster;

/// <summary>The label of the coscheduling plugin.</summary>
internal sealed class CoschedulingDialect : IGangDialect
{
    public void Read(GangSource pod, GangStatements statements)
    {
        if (pod.Labels.TryGetValue(GangKeys.Coscheduling, out string? name) && name.Length > 0)
        {
            statements.Member(GangAuthority.PodGroup, GangKeys.Coscheduling, new GangMembership(new GangKey(GangKinds.Coscheduling, pod.Namespace, name)));
        }
    }
}
