using System.Buffers;
using System.Globalization;

namespace GpuScheduler.Framework;

/// <summary>What unquoted text means, as Kubernetes' own YAML reader (YAML 1.1) has it.</summary>
internal static class ScalarText
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF_");

    public static bool IsBool(string text) => text.Length is >= 2 and <= 5
        && text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE"
            or "yes" or "Yes" or "YES" or "no" or "No" or "NO" or "on" or "On" or "ON" or "off" or "Off" or "OFF";

    public static bool IsNumber(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.'))
        {
            return false;
        }

        ReadOnlySpan<char> digits = text.AsSpan().TrimStart("+-");
        if (digits.StartsWith("0x") || digits.StartsWith("0o") || digits.StartsWith("0b"))
        {
            return digits.Length > 2 && !digits[2..].ContainsAnyExcept(HexDigits);
        }

        return digits is ".inf" or ".Inf" or ".INF" or ".nan" or ".NaN" or ".NAN"
            || double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out _);
    }

    public static bool TryInteger(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    public static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
        && double.IsFinite(number);
}
