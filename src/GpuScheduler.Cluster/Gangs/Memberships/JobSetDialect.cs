namespace GpuScheduler.Cluster;

/// <summary>
/// JobSet with exclusive topology: each of its Jobs is a gang in one domain, in which no other Job of any JobSet may be. Its pods come only when the first is bound, so that none is needed at once. A JobSet
/// without it says nothing of placing pods together.
/// </summary>
internal sealed class JobSetDialect : IGangDialect
{
    public void Read(GangSource pod, GangStatements statements)
    {
        if (pod.Find(GangKeys.JobSetJobKey) is not { Length: > 0 } name || !pod.Annotations.ContainsKey(GangKeys.JobSetExclusive))
        {
            return;
        }

        // The job key is a hash; these name the Job as well.
        if (pod.Find(GangKeys.JobSetName) is { } set && pod.Find(GangKeys.JobSetReplicatedJob) is { } job && pod.Find(GangKeys.JobSetJobIndex) is { } index)
        {
            name = $"{set}-{job}-{index}";
        }

        GangKey key = new(GangKeys.JobSetJobKey, pod.Namespace, name);
        string? level = statements.Level(GangKeys.JobSetExclusive);
        GangGroup group = new() { RequiredLevel = level };
        statements.Member(GangAuthority.Workload, GangKeys.JobSetJobKey, new GangMembership(key)
        {
            Implied = GangValues.Implied(key, group),
            Exclusive = level is null || !pod.Labels.ContainsKey(GangKeys.JobSetJobKey) ? [] : [new ExclusiveTopology(level, GangKeys.JobSetJobKey, AllNamespaces: true)],
        });
    }
}
