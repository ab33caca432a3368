using System.Globalization;

namespace GpuScheduler.Emulator;

/// <summary>Times as people write them: a number and a unit.</summary>
public static class ShortTime
{
    private const double SecondsOfADay = 86_400;

    /// <summary>Reads <c>500ms</c>, <c>30s</c>, <c>10m</c> or <c>2h</c>; more than nothing, and at most a day.</summary>
    public static bool TryParse(string text, out TimeSpan time)
    {
        (string number, double seconds) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 0.001),
            _ when text.EndsWith('s') => (text[..^1], 1),
            _ when text.EndsWith('m') => (text[..^1], 60),
            _ when text.EndsWith('h') => (text[..^1], 3600),
            _ => ("", 0.0),
        };
        time = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value * seconds <= SecondsOfADay
            ? TimeSpan.FromSeconds(value * seconds)
            : TimeSpan.Zero;
        return time > TimeSpan.Zero;
    }
}
