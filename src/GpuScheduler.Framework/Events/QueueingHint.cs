namespace GpuScheduler.Framework;

/// <summary>Whether an event can help a waiting pod.</summary>
public enum QueueingHint
{
    Skip,
    Queue,
}
