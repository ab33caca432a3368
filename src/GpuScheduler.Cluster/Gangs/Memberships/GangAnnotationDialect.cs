namespace GpuScheduler.Cluster;

/// <summary>Our own annotations, <c>gpuscheduler.dev/gang…</c>: gangs of plain pods, and a word on those that a controller implies.</summary>
internal sealed class GangAnnotationDialect : IGangDialect
{
    public void Read(GangSource pod, GangStatements statements)
    {
        int? size = pod.Annotations.TryGetValue(GangKeys.GangSize, out string? sizeText) ? statements.Count(GangKeys.GangSize, sizeText, 1) : null;
        int? min = pod.Annotations.TryGetValue(GangKeys.GangMin, out string? minText) ? statements.Count(GangKeys.GangMin, minText, 0) : null;
        GangRefinement refinement = new("", size, min, statements.Level(GangKeys.GangRequiredLevel), statements.Level(GangKeys.GangPreferredLevel));
        if (min > size)
        {
            statements.Error(GangKeys.GangMin, $"{GangKeys.GangMin} \"{minText}\" is more than the gang has, {GangKeys.GangSize} \"{sizeText}\": lower it, or raise the size");
        }

        if (!pod.Annotations.TryGetValue(GangKeys.Gang, out string? name))
        {
            string? said = sizeText is not null ? GangKeys.GangSize : minText is not null ? GangKeys.GangMin
                : refinement.RequiredLevel is not null ? GangKeys.GangRequiredLevel : refinement.PreferredLevel is not null ? GangKeys.GangPreferredLevel : null;
            if (said is not null)
            {
                statements.Refine(refinement with { Key = said });
            }

            return;
        }

        if (name.Length == 0)
        {
            statements.Error(GangKeys.Gang, $"{GangKeys.Gang} is empty: write the gang's name, the same for all its pods, or remove it");
        }
        else if (sizeText is null && minText is null)
        {
            statements.Error(GangKeys.Gang, $"{GangKeys.Gang} says which gang but not how large it is: add {GangKeys.GangSize}");
        }

        GangKey key = new(GangKeys.Gang, pod.Namespace, name);
        statements.Member(GangAuthority.PodGroup, GangKeys.Gang, new GangMembership(key) { Implied = GangValues.Implied(key, refinement.Apply(new GangGroup())) });
    }
}
