namespace GpuScheduler.Cluster;

/// <summary>What our annotations say of a gang that another dialect's labels imply.</summary>
/// <param name="Key">The first annotation that says something.</param>
internal sealed record GangRefinement(string Key, int? Size, int? Min, string? RequiredLevel, string? PreferredLevel)
{
    public GangGroup Apply(GangGroup group) => group with
    {
        Size = Size ?? group.Size,
        MinPods = Min ?? Size ?? group.MinPods,
        RequiredLevel = RequiredLevel ?? group.RequiredLevel,
        PreferredLevel = PreferredLevel ?? group.PreferredLevel,
    };
}
