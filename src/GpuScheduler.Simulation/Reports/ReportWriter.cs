namespace GpuScheduler.Simulation;

/// <summary>Prints reports. The same report gives the same bytes.</summary>
public static class ReportWriter
{
    /// <summary>Prints a report.</summary>
    public static void Write(SimulationReport report, ReportFormat format, TextWriter output)
    {
        switch (format)
        {
            case ReportFormat.Table:
                TableReport.Write(report, wide: false, output);
                break;
            case ReportFormat.Wide:
                TableReport.Write(report, wide: true, output);
                break;
            case ReportFormat.Json:
                JsonReport.Write(report, output);
                break;
            case ReportFormat.Yaml:
                YamlReport.Write(report, output);
                break;
            case ReportFormat.Csv:
                CsvReport.Write(report, output);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format of reports.");
        }
    }

    /// <summary>Writes a web page that needs nothing but itself.</summary>
    public static void WriteHtml(SimulationReport report, TextWriter output) => HtmlReport.Write(report, output);
}
