namespace GpuScheduler.Kubernetes;

/// <summary>Kubernetes' <c>Status</c>: what went wrong.</summary>
/// <param name="Code">An HTTP status code; 0 where none is given.</param>
/// <param name="Message">For people.</param>
internal readonly record struct ApiStatus(int Code, string Message)
{
    /// <summary>The version asked for is not there yet: the server has gone back, or lags far behind.</summary>
    public bool IsVersionTooLarge => Message.Contains("Too large resource version", StringComparison.Ordinal);
}
