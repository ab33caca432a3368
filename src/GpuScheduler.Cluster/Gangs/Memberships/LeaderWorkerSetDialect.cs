namespace GpuScheduler.Cluster;

/// <summary>
/// LeaderWorkerSet: each group of it is a gang. With exclusive topology its workers come only when the leader is bound, so that none is needed at once, and
/// the domain that its affinity asks for is the required level. A set that starts its workers only when the leader is ready (<c>LeaderReady</c>) does not say
/// so on its pods: it needs <see cref="GangKeys.GangMin"/> "1" in its templates.
/// </summary>
internal sealed class LeaderWorkerSetDialect : IGangDialect
{
    public void Read(GangSource pod, GangStatements statements)
    {
        if (!pod.Labels.TryGetValue(GangKeys.LwsGroupKey, out string? name) || name.Length == 0)
        {
            return;
        }

        // The group key is a hash; the set's name and the group's number identify the group as well.
        if (pod.Labels.TryGetValue(GangKeys.LwsName, out string? set) && pod.Labels.TryGetValue(GangKeys.LwsGroupIndex, out string? group))
        {
            name = $"{set}-{group}";
        }

        GangKey key = new(GangKeys.LwsGroupKey, pod.Namespace, name);
        int? size = pod.Annotations.TryGetValue(GangKeys.LwsSize, out string? text) ? statements.Count(GangKeys.LwsSize, text, 1) : null;
        int? rank = pod.Labels.TryGetValue(GangKeys.LwsWorkerIndex, out string? index) ? statements.Index(GangKeys.LwsWorkerIndex, index) : null;
        string? level = statements.Level(GangKeys.LwsExclusive);
        string? subgroupLevel = statements.Level(GangKeys.LwsSubgroupExclusive);
        int? subgroupSize = pod.Annotations.TryGetValue(GangKeys.LwsSubgroupSize, out string? subgroup) ? statements.Count(GangKeys.LwsSubgroupSize, subgroup, 1) : null;
        GangGroup root = new() { Size = size, MinPods = level is null ? size ?? 0 : 0, RequiredLevel = level };
        if (subgroupSize is not null)
        {
            // A leader may be in no sub-group, and then anywhere.
            GangGroup each = new() { Name = "subgroup", SplitBy = [GangKeys.LwsSubgroupIndex], Size = subgroupSize, RequiredLevel = subgroupLevel };
            root = root with { Groups = [new GangGroup { Name = "subgroups", SpreadLevel = subgroupLevel, Groups = [each] }, new GangGroup()] };
        }

        statements.Member(GangAuthority.Workload, GangKeys.LwsGroupKey, new GangMembership(key, Rank: rank)
        {
            Implied = GangValues.Implied(key, root),
            Exclusive = [.. Claim(pod, level, GangKeys.LwsGroupKey), .. Claim(pod, subgroupLevel, GangKeys.LwsSubgroupKey)],
        });
    }

    /// <summary>Its controller writes no namespace selector: only pods of the same namespace count.</summary>
    private static ExclusiveTopology[] Claim(GangSource pod, string? level, string label) =>
        level is null || !pod.Labels.ContainsKey(label) ? [] : [new ExclusiveTopology(level, label, AllNamespaces: false)];
}
