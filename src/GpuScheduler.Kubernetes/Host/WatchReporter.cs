using Microsoft.Extensions.Logging;

namespace GpuScheduler.Kubernetes;

/// <summary>Tells operators how the watches fare.</summary>
internal sealed partial class WatchReporter(ISchedulerMetrics metrics, ILogger logger) : IWatchObserver
{
    public void ListStarted(string resource, RelistReason reason)
    {
        if (reason != RelistReason.Start)
        {
            LogRelisting(resource, reason);
        }
    }

    public void Listed(string resource, int objects, TimeSpan took) => LogListed(resource, objects, took.TotalMilliseconds);

    public void EventReceived(string resource, WatchEventType type)
    {
        // Too many to count one by one; the age of the view says whether they come.
    }

    public void Ended(string resource, WatchEnd end, string detail, TimeSpan delay)
    {
        if (end is WatchEnd.Listed)
        {
            return;
        }

        metrics.IncWatchRestarts(resource, end.ToString());
        if (end is WatchEnd.Closed)
        {
            LogClosed(resource);
        }
        else
        {
            LogEnded(resource, end, detail, delay.TotalSeconds);
        }
    }

    public void Undecodable(string resource, ObjectKey? key, string problem)
    {
        metrics.IncDecodeFailures(resource);
        LogUndecodable(resource, key?.ToString() ?? "(name unknown)", problem);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Listed {Objects} {Resource} in {Milliseconds:F0} ms")]
    private partial void LogListed(string resource, int objects, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Listing {Resource} again: {Reason}")]
    private partial void LogRelisting(string resource, RelistReason reason);

    [LoggerMessage(Level = LogLevel.Trace, Message = "The watch of {Resource} ended in order")]
    private partial void LogClosed(string resource);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The watch of {Resource} ended: {End} {Detail}; next try in {Seconds:F1} s")]
    private partial void LogEnded(string resource, WatchEnd end, string detail, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Resource} {Key} could not be read; its last readable state counts: {Problem}")]
    private partial void LogUndecodable(string resource, string key, string problem);
}
