using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Higher priority first, then the longest wait.</summary>
public sealed class PrioritySort : IQueueSortPlugin
{
    public string Name => "PrioritySort";

    public bool Less(QueuedPodInfo a, QueuedPodInfo b) =>
        a.Priority > b.Priority || (a.Priority == b.Priority && a.Timestamp < b.Timestamp);
}
