namespace GpuScheduler.Kubernetes;

/// <summary>
/// How long one request may take. The connection itself has no limit, because watches last; whatever else asks the API server sets this one.
/// </summary>
internal static class RequestLimit
{
    /// <summary>For a write or a single object: a little more than an API server works on one in earnest, well below its own limit of 60 s.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(30);

    /// <summary>For a page of a list.</summary>
    public static readonly TimeSpan Page = TimeSpan.FromSeconds(60);

    /// <summary>Runs a request under a limit.</summary>
    /// <exception cref="HttpRequestException">No answer came within the limit.</exception>
    public static async Task<T> RunAsync<T>(TimeSpan limit, TimeProvider time, Func<CancellationToken, Task<T>> request, CancellationToken cancellation)
    {
        using CancellationTokenSource timeout = new(limit, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            return await request(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer within {limit.TotalSeconds} s");
        }
    }
}
