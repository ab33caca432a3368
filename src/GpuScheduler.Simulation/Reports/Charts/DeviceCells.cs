namespace GpuScheduler.Simulation;

/// <summary>What the colour of a GPU in the heat map means.</summary>
internal static class DeviceCells
{
    /// <summary>A node with more of its CPU requested is taken for one that has none left.</summary>
    public const double CpuExhaustedPercent = 95;

    private const int Idle = 0, Stranded = 1, Full = 7;

    /// <summary>Meaning and colours (light page, dark page) of the classes h0, h1, ….</summary>
    public static readonly IReadOnlyList<(string Meaning, string Light, string Dark)> Classes =
    [
        ("free", "#d9dde3", "#353b44"),
        ($"free, but over {CpuExhaustedPercent:0}% of the node's CPU is taken", "#b14fa0", "#d977c6"),
        ("up to ¼ used", "#ffd9a0", "#ffe2b5"),
        ("up to ½ used", "#ffb347", "#ffc062"),
        ("up to ¾ used", "#f28500", "#ff9a1f"),
        ("up to 90% used", "#b85c00", "#d67400"),
        ("over 90% used", "#9fbfe6", "#7f9fc6"),
        ("full", "#3b6fb5", "#35639f"),
    ];

    /// <summary>Class of a GPU.</summary>
    public static int Of(int usedMilli, double cpuUsedPercent) => usedMilli switch
    {
        <= 0 => cpuUsedPercent > CpuExhaustedPercent ? Stranded : Idle,
        >= 1000 => Full,
        > 900 => Full - 1,
        > 750 => Full - 2,
        _ => Stranded + 1 + ((usedMilli - 1) / 250),
    };
}
