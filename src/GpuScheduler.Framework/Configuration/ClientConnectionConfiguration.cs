namespace GpuScheduler.Framework;

/// <summary>How to talk to the API server.</summary>
public sealed record ClientConnectionConfiguration
{
    /// <summary>Path of a kubeconfig file; empty: the pod's own service account.</summary>
    public string Kubeconfig { get; init; } = "";

    public string AcceptContentTypes { get; init; } = "";

    public string ContentType { get; init; } = "application/vnd.kubernetes.protobuf";

    /// <summary>Requests per second.</summary>
    public double Qps { get; init; } = 50;

    /// <summary>Requests that may go out at once above <see cref="Qps"/>.</summary>
    public int Burst { get; init; } = 100;
}
