namespace GpuScheduler.Simulation;

/// <summary>The precision of the numbers in a report.</summary>
internal static class Rounded
{
    public static double Percent(double value) => To(value, 2);

    public static double Seconds(double value) => To(value, 3);

    public static double Rate(double value) => To(value, 1);

    // Adding zero turns -0 into 0, which would print differently.
    private static double To(double value, int digits) => double.IsFinite(value)
        ? Math.Round(value, digits, MidpointRounding.AwayFromZero) + 0.0
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A report holds finite numbers only: report an empty cluster or run as 0.");
}
