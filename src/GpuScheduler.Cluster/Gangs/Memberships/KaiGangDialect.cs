namespace GpuScheduler.Cluster;

/// <summary>KAI Scheduler: its pod grouper, or a person, annotates pods with the PodGroup and labels them with the sub-group.</summary>
internal sealed class KaiGangDialect : IGangDialect
{
    public void Read(GangSource pod, GangStatements statements)
    {
        if (pod.Annotations.TryGetValue(GangKeys.KaiPodGroup, out string? name) && name.Length > 0)
        {
            statements.Member(GangAuthority.PodGroup, GangKeys.KaiPodGroup,
                new GangMembership(new GangKey(GangKinds.Kai, pod.Namespace, name), pod.Labels.GetValueOrDefault(GangKeys.KaiSubGroup, "")));
        }
    }
}
