namespace GpuScheduler.Cluster;

/// <summary>
/// Koordinator: a label names the PodGroup, or an annotation a gang that its pods state alone. The minimum on the pod itself is what tells the two apart; where
/// both are there, the object counts.
/// </summary>
internal sealed class KoordinatorDialect : IGangDialect
{
    public void Read(GangSource pod, GangStatements statements)
    {
        string source = pod.Labels.ContainsKey(GangKeys.KoordinatorLabel) ? GangKeys.KoordinatorLabel
            : pod.Labels.ContainsKey(GangKeys.KoordinatorOldLabel) ? GangKeys.KoordinatorOldLabel : GangKeys.KoordinatorName;
        string? name = source == GangKeys.KoordinatorName ? pod.Annotations.GetValueOrDefault(source) : pod.Labels.GetValueOrDefault(source);
        if (string.IsNullOrEmpty(name))
        {
            return;
        }

        GangKey key = new(GangKinds.Koordinator, pod.Namespace, name);
        string minKey = pod.Annotations.ContainsKey(GangKeys.KoordinatorMin) ? GangKeys.KoordinatorMin : GangKeys.KoordinatorOldMin;
        string? min = minKey == GangKeys.KoordinatorMin ? pod.Annotations[minKey] : pod.Labels.GetValueOrDefault(minKey);
        GangObject? implied = null;
        if (min is not null)
        {
            implied = KoordinatorGang.Read(key, statements.Count(minKey, min, 0) ?? 0, pod.Annotations, statements.Error);
        }
        else if (source == GangKeys.KoordinatorName)
        {
            statements.Error(source, $"{source} says which gang but not how many of it are needed: add {GangKeys.KoordinatorMin}");
        }

        int? rank = pod.Annotations.TryGetValue(GangKeys.KoordinatorIndex, out string? index) ? statements.Index(GangKeys.KoordinatorIndex, index) : null;
        statements.Member(GangAuthority.PodGroup, source, new GangMembership(key, Rank: rank) { Implied = implied });
    }
}
