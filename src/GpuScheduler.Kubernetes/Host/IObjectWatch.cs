namespace GpuScheduler.Kubernetes;

/// <summary>Keeps one kind of object up to date until it is cancelled.</summary>
internal interface IObjectWatch
{
    /// <summary>Plural name, such as <c>pods</c>.</summary>
    string Resource { get; }

    /// <summary>Since the API server was last heard on it; null until the first complete list has been told. Any thread.</summary>
    TimeSpan? Age { get; }

    /// <summary>True where a complete list has been told that was asked for at this timestamp or later. Any thread.</summary>
    bool IsListedSince(long timestamp);

    Task RunAsync(CancellationToken cancellation);
}
