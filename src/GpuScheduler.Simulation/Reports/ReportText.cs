using System.Globalization;

namespace GpuScheduler.Simulation;

/// <summary>Figures as people read them, the same on every machine.</summary>
internal static class ReportText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>A count, or the mean of some: <c>1,213</c>, <c>12.3</c>.</summary>
    public static string Count(double value) => value.ToString(value < 10 ? "#,0.#" : "#,0", Culture);

    /// <summary>As a table has it: <c>96.40%</c>.</summary>
    public static string ExactPercent(double value) => value.ToString("0.00", Culture) + "%";

    /// <summary>As a sentence has it: <c>96.4%</c>.</summary>
    public static string Percent(double value) => value.ToString("0.0", Culture) + "%";

    public static string Seed(ulong seed) => seed.ToString(Culture);

    public static string Number(double value, string format) => value.ToString(format, Culture);

    /// <summary>A count and what is counted: <c>1 node</c>, <c>2 nodes</c>.</summary>
    public static string Counted(long count, string one) => $"{Count(count)} {one}{(count == 1 ? "" : "s")}";

    /// <summary>The two largest units of a time, as kubectl prints ages: <c>3d4h</c>, <c>2m5s</c>, <c>0.35s</c>.</summary>
    public static string Duration(double seconds)
    {
        if (seconds < 10)
        {
            return seconds.ToString("0.##", Culture) + "s";
        }

        long whole = (long)Math.Round(seconds, MidpointRounding.AwayFromZero);
        (long large, string largeUnit, long small, string smallUnit) = whole switch
        {
            < 60 => (0, "", whole, "s"),
            < 3600 => (whole / 60, "m", whole % 60, "s"),
            < 86400 => (whole / 3600, "h", whole % 3600 / 60, "m"),
            _ => (whole / 86400, "d", whole % 86400 / 3600, "h"),
        };
        return large == 0 ? $"{small}{smallUnit}" : small == 0 ? $"{Count(large)}{largeUnit}" : $"{Count(large)}{largeUnit}{small}{smallUnit}";
    }

    /// <summary>Some names in a sentence: <c>a, b and c</c>.</summary>
    public static string Listed(IReadOnlyList<string> names) =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}";

    /// <summary>A level by the last part of its label key: <c>rack</c>.</summary>
    public static string LevelName(string key) => key[(Math.Max(key.LastIndexOf('/'), key.LastIndexOf('.')) + 1)..];

    /// <summary>How a kind of request is called.</summary>
    public static string Kind(RequestKind kind) => kind switch
    {
        RequestKind.CpuOnly => "CPU only",
        RequestKind.Share => "share of a GPU",
        RequestKind.Whole => "one whole GPU",
        _ => "several whole GPUs",
    };
}
