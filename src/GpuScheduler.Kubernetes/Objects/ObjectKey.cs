namespace GpuScheduler.Kubernetes;

/// <summary>What names an object of one resource; <paramref name="Namespace"/> is empty for cluster-wide ones.</summary>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
