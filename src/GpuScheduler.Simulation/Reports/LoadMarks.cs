namespace GpuScheduler.Simulation;

/// <summary>The loads at which policies are compared.</summary>
internal static class LoadMarks
{
    private const int Capacity = 100, Overload = 130;

    /// <summary>
    /// 100% of arrived load, and 130% or how far beyond 100% the runs came; where none reached 100%, the last load that all did.
    /// </summary>
    public static IReadOnlyList<int> Of(IReadOnlyList<PolicyOutcome> outcomes)
    {
        int[] reached = [.. outcomes.Select(o => o.Reached).Where(r => r >= Capacity)];
        if (reached.Length == 0)
        {
            return [outcomes.Select(o => o.Reached).DefaultIfEmpty().Min()];
        }

        int last = Math.Min(reached.Min(), Overload);
        return last > Capacity ? [Capacity, last] : [Capacity];
    }
}
