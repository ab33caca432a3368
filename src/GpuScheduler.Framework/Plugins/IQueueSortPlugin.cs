namespace GpuScheduler.Framework;

/// <summary>Orders the active queue; a scheduler has exactly one.</summary>
public interface IQueueSortPlugin : IPlugin
{
    /// <summary>True where <paramref name="a"/> is to be tried before <paramref name="b"/>.</summary>
    bool Less(QueuedPodInfo a, QueuedPodInfo b);
}
