namespace GpuScheduler.Kubernetes;

/// <summary>Nobody looks.</summary>
public sealed class NoWatchObserver : IWatchObserver
{
    public static NoWatchObserver Instance { get; } = new();

    public void ListStarted(string resource, RelistReason reason)
    {
    }

    public void Listed(string resource, int objects, TimeSpan took)
    {
    }

    public void EventReceived(string resource, WatchEventType type)
    {
    }

    public void Ended(string resource, WatchEnd end, string detail, TimeSpan delay)
    {
    }

    public void Undecodable(string resource, ObjectKey? key, string problem)
    {
    }
}
