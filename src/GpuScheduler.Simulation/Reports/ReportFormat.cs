namespace GpuScheduler.Simulation;

/// <summary>How a report is printed (<c>-o</c>).</summary>
public enum ReportFormat
{
    /// <summary>Aligned columns, as kubectl prints them.</summary>
    Table,

    /// <summary>The table with more columns.</summary>
    Wide,

    /// <summary>The whole document.</summary>
    Json,

    /// <summary>The whole document.</summary>
    Yaml,

    /// <summary>A row per run and whole percent of arrived load.</summary>
    Csv,
}
