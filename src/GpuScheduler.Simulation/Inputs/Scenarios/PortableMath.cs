namespace GpuScheduler.Simulation;

/// <summary>
/// Logarithm and exponential made of operations that IEEE 754 rounds exactly: those of the machine's own library may differ in their last bit,
/// and the same seed has to give the same workload everywhere.
/// </summary>
internal static class PortableMath
{
    private const double Ln2 = 0.693147180559945309417;
    private const double Sqrt2 = 1.41421356237309504880;

    /// <summary>Natural logarithm of a positive, finite number.</summary>
    public static double Log(double x)
    {
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > Sqrt2)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 artanh((m - 1) / (m + 1)), and |s| <= 0.172: 12 terms are more than a double holds.
        double s = (mantissa - 1) / (mantissa + 1);
        double power = s;
        double sum = 0;
        for (int k = 1; k < 24; k += 2)
        {
            sum += power / k;
            power *= s * s;
        }

        return (2 * sum) + (exponent * Ln2);
    }

    public static double Exp(double x)
    {
        double exponent = Math.Round(x / Ln2);
        double rest = x - (exponent * Ln2);
        double term = 1;
        double sum = 1;
        for (int k = 1; k < 20; k++)
        {
            term *= rest / k;
            sum += term;
        }

        return Math.ScaleB(sum, (int)Math.Clamp(exponent, -2000, 2000));
    }
}
