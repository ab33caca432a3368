namespace GpuScheduler.Kubernetes;

/// <summary>In what form an API server sends objects.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";

    public const string Protobuf = "application/vnd.kubernetes.protobuf";
}
