namespace GpuScheduler.Kubernetes;

/// <summary>How to talk to the API server; names and defaults of KubeSchedulerConfiguration's <c>clientConnection</c>.</summary>
public sealed record ApiConnectionOptions
{
    public string UserAgent { get; init; } = "gpusched";

    /// <summary>Writes a second in the long run; zero or less: no limit.</summary>
    public double Qps { get; init; } = 50;

    /// <summary>Writes at once after a pause; at least 1.</summary>
    public int Burst { get; init; } = 100;
}
