namespace GpuScheduler.Kubernetes;

/// <summary>How often an event has happened, and what the API knows of that.</summary>
internal sealed class EventSeries(string objectName)
{
    /// <summary>Name of the Event.</summary>
    public string ObjectName { get; } = objectName;

    public int Count { get; set; } = 1;

    public DateTimeOffset LastObserved { get; set; }

    public DateTimeOffset LastWritten { get; set; }
}
