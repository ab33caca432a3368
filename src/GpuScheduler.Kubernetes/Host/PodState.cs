namespace GpuScheduler.Kubernetes;

/// <summary>Where a pod stands in the engine.</summary>
internal enum PodState
{
    /// <summary>Another scheduler's, being deleted, or not schedulable as it is written: nothing is done about it.</summary>
    Ignored,

    /// <summary>In the queue.</summary>
    Pending,

    /// <summary>It holds its place; the API does not show it bound yet.</summary>
    Assumed,

    /// <summary>The API shows it bound, or the API server said that it has bound it.</summary>
    Bound,

    /// <summary>Succeeded or failed: it holds nothing.</summary>
    Ended,
}
