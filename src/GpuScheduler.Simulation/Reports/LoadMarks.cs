namespace GpuScheduler.Simulation;

/// <summary>The loads at which policies are compared.</summary>
internal static class LoadMarks
{
    private static readonly int[] Usual = [100, 130];

    /// <summary>100% and 130% of arrived load where a policy reached them; else the last load that all did.</summary>
    public static IReadOnlyList<int> Of(IReadOnlyList<PolicyOutcome> outcomes)
    {
        int[] reached = [.. Usual.Where(mark => outcomes.Any(o => o.Reached >= mark))];
        return reached.Length > 0 ? reached : [outcomes.Select(o => o.Reached).DefaultIfEmpty().Min()];
    }
}
