using System.Collections.Concurrent;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Keeps all that a reflector says of itself.</summary>
internal sealed class WatchRecord : IWatchObserver
{
    public ConcurrentQueue<RelistReason> Lists { get; } = [];

    public ConcurrentQueue<(WatchEnd End, string Detail, TimeSpan Delay)> Ends { get; } = [];

    public ConcurrentQueue<WatchEventType> Events { get; } = [];

    public ConcurrentQueue<(ObjectKey? Key, string Problem)> Problems { get; } = [];

    /// <summary>It waits before the next try; cleared by who sees that try.</summary>
    public volatile bool IsWaiting;

    public void ListStarted(string resource, RelistReason reason) => Lists.Enqueue(reason);

    public void Listed(string resource, int objects, TimeSpan took)
    {
    }

    public void EventReceived(string resource, WatchEventType type) => Events.Enqueue(type);

    public void Ended(string resource, WatchEnd end, string detail, TimeSpan delay)
    {
        Ends.Enqueue((end, detail, delay));
        IsWaiting = delay > TimeSpan.Zero;
    }

    public void Undecodable(string resource, ObjectKey? key, string problem) => Problems.Enqueue((key, problem));
}
