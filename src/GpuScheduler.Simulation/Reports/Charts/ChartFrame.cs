namespace GpuScheduler.Simulation;

/// <summary>The size of a drawing and of the margins around its plot, in pixels at full size.</summary>
/// <param name="Class">CSS class that shows it where there is room for it.</param>
/// <param name="Width">Of the whole drawing.</param>
/// <param name="Height">Of the whole drawing.</param>
/// <param name="Left">Margin for the labels of the vertical axis.</param>
/// <param name="Right">Margin for the names at the ends of lines.</param>
/// <param name="LabelLength">Letters of a name at the end of a line that there is room for.</param>
internal sealed record ChartFrame(string Class, int Width, int Height, int Left, int Right, int LabelLength)
{
    public const int Top = 30, Bottom = 44;

    /// <summary>A small picture has no names, notes and titles.</summary>
    public bool IsSmall => LabelLength == 0;

    /// <summary>On a desk.</summary>
    public static readonly ChartFrame Wide = new("wide", 1060, 460, 46, 190, 20);

    /// <summary>On a desk, beside an overview.</summary>
    public static readonly ChartFrame Detail = new("wide", 790, 460, 46, 180, 18);

    /// <summary>On a telephone.</summary>
    public static readonly ChartFrame Narrow = new("narrow", 372, 380, 38, 142, 11);

    /// <summary>A small picture of the whole beside a detail.</summary>
    public static readonly ChartFrame Overview = new("small", 250, 230, 38, 12, 0);

    public double PlotWidth => Width - Left - Right;

    public double PlotHeight => Height - Top - Bottom;

    public double PlotRight => Width - Right;

    public double PlotBottom => Height - Bottom;

    public double X(Axis axis, double value) => Left + (PlotWidth * (value - axis.Min) / (axis.Max - axis.Min));

    public double Y(Axis axis, double value) => PlotBottom - (PlotHeight * (value - axis.Min) / (axis.Max - axis.Min));
}
