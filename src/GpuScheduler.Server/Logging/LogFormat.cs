namespace GpuScheduler.Server;

/// <summary>How log lines are written.</summary>
public enum LogFormat
{
    /// <summary>A line for people.</summary>
    Text,

    /// <summary>A JSON object a line, with what the message names as fields of its own.</summary>
    Json,
}
