using System.Globalization;

namespace GpuScheduler.Cluster;

/// <summary>The canonical text of quantities: no fraction, and the largest suffix that loses nothing.</summary>
internal static class QuantityFormat
{
    private static readonly string[] DecimalSuffixes = ["m", "", "k", "M", "G", "T", "P", "E"];
    private static readonly string[] BinarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    /// <summary>With decimal suffixes, where <paramref name="value"/> counts what <paramref name="suffix"/> stands for.</summary>
    public static string Decimal(long value, string suffix) => Largest(value, 1000, DecimalSuffixes.AsSpan(Array.IndexOf(DecimalSuffixes, suffix)));

    /// <summary>With binary suffixes; below 1024 there are none, and Kubernetes falls back to decimal ones.</summary>
    public static string Binary(long value) =>
        value is > -1024 and < 1024 ? Decimal(value, "") : Largest(value, 1024, BinarySuffixes);

    private static string Largest(long value, long step, ReadOnlySpan<string> suffixes)
    {
        if (value == 0)
        {
            return "0";
        }

        int i = 0;
        while (value % step == 0 && i < suffixes.Length - 1)
        {
            value /= step;
            i++;
        }

        return value.ToString(CultureInfo.InvariantCulture) + suffixes[i];
    }
}
