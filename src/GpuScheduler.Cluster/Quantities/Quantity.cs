namespace GpuScheduler.Cluster;

/// <summary>
/// Kubernetes quantities (<c>250m</c>, <c>16Gi</c>, <c>1e3</c>) as exact 64-bit integers; no floating point, nothing allocated but messages.
/// </summary>
/// <remarks>
/// The grammar, the suffixes and the rounding are those of Go's <c>resource.Quantity</c>: a value finer than asked for is rounded
/// away from zero, so that whoever wants some of a resource gets some. A value that no <see cref="long"/> holds becomes the
/// nearest that one does, and a binary one is capped at 2^63 - 1 either side of zero.
/// </remarks>
public static class Quantity
{
    private const int MilliDigits = 3;

    /// <summary>The amount in thousandths: what Go's <c>MilliValue()</c> gives. CPU is counted so.</summary>
    /// <param name="text">The quantity, without blanks around it.</param>
    /// <param name="milli">The amount, or 0.</param>
    /// <param name="error">What is wrong and how to mend it, or empty.</param>
    public static bool TryParseMilli(ReadOnlySpan<char> text, out long milli, out string error) =>
        TryParse(text, MilliDigits, out milli, out error);

    /// <summary>The amount in units: what Go's <c>Value()</c> gives. Memory (bytes) and everything but CPU are counted so.</summary>
    /// <param name="text">The quantity, without blanks around it.</param>
    /// <param name="units">The amount, or 0.</param>
    /// <param name="error">What is wrong and how to mend it, or empty.</param>
    public static bool TryParseUnits(ReadOnlySpan<char> text, out long units, out string error) =>
        TryParse(text, 0, out units, out error);

    /// <summary>The canonical text of thousandths, with decimal suffixes: <c>250m</c>, <c>4</c>, <c>2k</c>.</summary>
    public static string FormatMilli(long milli) => QuantityFormat.Decimal(milli, "m");

    /// <summary>The canonical text of bytes, with binary suffixes as far as they are exact: <c>16Gi</c>, <c>1025</c>.</summary>
    public static string FormatBytes(long bytes) => QuantityFormat.Binary(bytes);

    private static bool TryParse(ReadOnlySpan<char> text, int shift, out long amount, out string error)
    {
        amount = 0;
        int at = 0;
        bool negative = false;
        if (text.Length > 0 && text[0] is '+' or '-')
        {
            negative = text[0] == '-';
            at = 1;
        }

        ReadOnlySpan<char> whole = DigitsAt(text, ref at);
        ReadOnlySpan<char> fraction = [];
        if (at < text.Length && text[at] == '.')
        {
            at++;
            fraction = DigitsAt(text, ref at);
        }

        if (whole.IsEmpty && fraction.IsEmpty)
        {
            error = $"\"{text}\" is not a quantity: it must begin with a number; write one such as 500m, 4 or 16Gi";
            return false;
        }

        if (!QuantitySuffix.TryParse(text[at..], out QuantitySuffix suffix))
        {
            error = $"\"{text}\" is not a quantity: nothing is called \"{text[at..]}\"; "
                + "end it with n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei, a decimal exponent such as e3, or nothing";
            return false;
        }

        error = "";
        UInt128 magnitude = Magnitude(whole.TrimStart('0'), fraction, (long)shift + suffix.DecimalExponent, suffix.BinaryExponent);
        UInt128 limit = negative && suffix.BinaryExponent == 0 ? (UInt128)long.MaxValue + 1 : (UInt128)long.MaxValue;
        ulong capped = (ulong)UInt128.Min(magnitude, limit);
        amount = negative ? unchecked(-(long)capped) : (long)capped;
        return true;
    }

    /// <summary>
    /// whole.fraction × 10^<paramref name="shift"/> × 2^<paramref name="binary"/>, rounded up: exact up to 2^63, anything larger beyond.
    /// Multiplies as one does on paper, digit by digit from the right, so any number of digits costs no more than itself.
    /// </summary>
    private static UInt128 Magnitude(ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction, long shift, int binary)
    {
        int digits = whole.Length + fraction.Length;
        long point = whole.Length + shift;
        int first = 0;
        while (first < digits && DigitOf(whole, fraction, first) == 0)
        {
            first++;
        }

        if (first == digits)
        {
            return 0;
        }

        // More than 20 digits before the point are more than 2^63 whatever they are.
        if (point - first > 20)
        {
            return UInt128.MaxValue;
        }

        // Below the point only what is carried over it counts, and whether anything is left. At most 10 * 2^60: a ulong.
        ulong factor = 1UL << binary;
        ulong carry = 0;
        bool left = false;
        for (int i = digits - 1; i >= Math.Max(point, first); i--)
        {
            carry += DigitOf(whole, fraction, i) * factor;
            left |= carry % 10 != 0;
            carry /= 10;
        }

        // Zeros between the point and the first digit.
        for (long i = point; i < first && carry != 0; i++)
        {
            left |= carry % 10 != 0;
            carry /= 10;
        }

        UInt128 above = 0;
        for (int i = first; i < point; i++)
        {
            above = (above * 10) + (i < digits ? DigitOf(whole, fraction, i) : 0);
        }

        return (above * factor) + carry + (left ? 1u : 0u);
    }

    private static uint DigitOf(ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction, int index) =>
        (uint)((index < whole.Length ? whole[index] : fraction[index - whole.Length]) - '0');

    private static ReadOnlySpan<char> DigitsAt(ReadOnlySpan<char> text, scoped ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return text[start..at];
    }
}
