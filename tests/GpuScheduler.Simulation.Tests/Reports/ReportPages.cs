namespace GpuScheduler.Simulation.Tests;

/// <summary>Prints reports to strings.</summary>
internal static class ReportPages
{
    public static string Html(SimulationReport report)
    {
        using StringWriter text = new();
        ReportWriter.WriteHtml(report, text);
        return text.ToString();
    }

    public static string Text(SimulationReport report, ReportFormat format)
    {
        using StringWriter text = new();
        ReportWriter.Write(report, format, text);
        return text.ToString();
    }
}
