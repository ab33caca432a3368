using System.Globalization;

namespace GpuScheduler.Cluster;

/// <summary>What stands behind a quantity's number: a power of ten or a power of two.</summary>
internal readonly record struct QuantitySuffix(int DecimalExponent, int BinaryExponent)
{
    /// <summary>Reads a suffix, which may be empty. A decimal exponent is an integer that fits 32 bits, sign and all.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out QuantitySuffix suffix)
    {
        switch (text)
        {
            case "": suffix = new(0, 0); return true;
            case "n": suffix = new(-9, 0); return true;
            case "u": suffix = new(-6, 0); return true;
            case "m": suffix = new(-3, 0); return true;
            case "k": suffix = new(3, 0); return true;
            case "M": suffix = new(6, 0); return true;
            case "G": suffix = new(9, 0); return true;
            case "T": suffix = new(12, 0); return true;
            case "P": suffix = new(15, 0); return true;
            case "E": suffix = new(18, 0); return true;
            case "Ki": suffix = new(0, 10); return true;
            case "Mi": suffix = new(0, 20); return true;
            case "Gi": suffix = new(0, 30); return true;
            case "Ti": suffix = new(0, 40); return true;
            case "Pi": suffix = new(0, 50); return true;
            case "Ei": suffix = new(0, 60); return true;
        }

        suffix = default;
        if (text[0] is not ('e' or 'E')
            || !int.TryParse(text[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent))
        {
            return false;
        }

        suffix = new(exponent, 0);
        return true;
    }
}
