namespace GpuScheduler.Kubernetes;

/// <summary>How a list or a watch ended, in words for the log, and how long the server asked to wait.</summary>
internal readonly record struct WatchEnding(WatchEnd End, string Detail = "", TimeSpan RetryAfter = default);
