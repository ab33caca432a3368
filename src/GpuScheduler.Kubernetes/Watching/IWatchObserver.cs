namespace GpuScheduler.Kubernetes;

/// <summary>Hears how lists and watches fare: for logs and metrics. Called on the watch's own task; must not throw.</summary>
public interface IWatchObserver
{
    void ListStarted(string resource, RelistReason reason);

    /// <summary>A complete list has been told to the handler.</summary>
    void Listed(string resource, int objects, TimeSpan took);

    void EventReceived(string resource, WatchEventType type);

    /// <summary>A list or a watch ended. <paramref name="delay"/>: until the next try.</summary>
    /// <param name="resource">Plural name.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="detail">For people; may be empty.</param>
    /// <param name="delay">Until the next try.</param>
    void Ended(string resource, WatchEnd end, string detail, TimeSpan delay);

    /// <summary>An object could not be decoded: its last state that could is kept. The key is null where not even that can be read.</summary>
    void Undecodable(string resource, ObjectKey? key, string problem);
}
