namespace GpuScheduler.Simulation;

/// <summary>Thins the allocated share over time to what a chart can show.</summary>
internal static class UtilizationCurve
{
    /// <param name="usage">The share whenever it changed; 0 before the first.</param>
    /// <param name="end">End of the run.</param>
    public static IReadOnlyList<UtilizationPoint> Of(IReadOnlyList<TimePoint> usage, TimeSpan end) =>
    [
        .. TimeCurve.Thin(usage, end).Select(p => new UtilizationPoint { AtSeconds = p.AtSeconds, AllocatedPercent = p.Value }),
    ];
}
