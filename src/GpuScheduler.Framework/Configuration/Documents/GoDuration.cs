using System.Globalization;
using System.Text;

namespace GpuScheduler.Framework;

/// <summary>Durations as Go writes them: numbers with units, <c>15s</c>, <c>1m30s</c>, <c>1.5h</c>.</summary>
public static class GoDuration
{
    private static readonly (string Unit, long Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000),
        ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ];

    /// <summary>False where <paramref name="text"/> is no duration, or one too long to count in 64-bit nanoseconds.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        bool negative = text.StartsWith("-");
        ReadOnlySpan<char> rest = negative || text.StartsWith("+") ? text[1..] : text;
        if (rest is "0")
        {
            return true;
        }

        decimal total = 0;
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            int digits = LengthOf(rest, static c => char.IsAsciiDigit(c) || c == '.');
            int unit = LengthOf(rest[digits..], static c => !char.IsAsciiDigit(c) && c != '.');
            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                || !TryUnit(rest.Slice(digits, unit), out long nanoseconds)
                || number > long.MaxValue)
            {
                return false;
            }

            total += number * nanoseconds;
            if (total > long.MaxValue)
            {
                return false;
            }

            rest = rest[(digits + unit)..];
        }

        duration = TimeSpan.FromTicks((long)(total / TimeSpan.NanosecondsPerTick) * (negative ? -1 : 1));
        return true;
    }

    /// <summary>The shortest usual text: <c>15s</c>, <c>1m30s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        StringBuilder text = new(duration < TimeSpan.Zero ? "-" : "");
        duration = duration.Duration();
        Append((long)duration.TotalHours, "h");
        Append(duration.Minutes, "m");
        decimal seconds = (duration.Ticks % TimeSpan.TicksPerMinute) / (decimal)TimeSpan.TicksPerSecond;
        return seconds == 0 ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"{seconds:0.#######}s").ToString();

        void Append(long number, string unit)
        {
            if (number != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{number}{unit}");
            }
        }
    }

    private static int LengthOf(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        int length = 0;
        while (length < text.Length && belongs(text[length]))
        {
            length++;
        }

        return length;
    }

    private static bool TryUnit(ReadOnlySpan<char> text, out long nanoseconds)
    {
        foreach ((string unit, long value) in Units)
        {
            if (text.SequenceEqual(unit))
            {
                nanoseconds = value;
                return true;
            }
        }

        nanoseconds = 0;
        return false;
    }
}
