using Microsoft.Extensions.Logging;

namespace GpuScheduler.Kubernetes;

/// <summary>Tells operators that the machine's clock was set: scheduling goes on, but times in events and on the lease jump with it.</summary>
internal sealed partial class ClockWatch(SteadyTime time, ISchedulerMetrics metrics, ILogger logger)
{
    /// <summary>Time servers correct less than this by letting the clock run faster or slower.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private TimeSpan _told;

    /// <summary>Looks once.</summary>
    public void Check()
    {
        TimeSpan jumped = time.Jumped, by = jumped - _told;
        if (by.Duration() >= Least)
        {
            _told = jumped;
            metrics.IncClockJumps();
            LogJumped(by.TotalSeconds, by > TimeSpan.Zero ? "forwards" : "backwards");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The machine's clock was set by {Seconds:F1} s ({Direction}): backoffs and the lease do not follow it, times in events do")]
    private partial void LogJumped(double seconds, string direction);
}
