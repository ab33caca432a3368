namespace GpuScheduler.Kubernetes;

/// <summary>A pod to be evicted.</summary>
internal sealed record EvictionTarget(string Namespace, string Name, string Uid)
{
    public override string ToString() => $"{Namespace}/{Name}";
}
