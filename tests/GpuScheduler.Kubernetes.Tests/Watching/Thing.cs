namespace GpuScheduler.Kubernetes.Tests;

/// <summary>An object of a resource made up for tests. A negative value cannot be decoded.</summary>
internal sealed record Thing(string Name, string Uid, int Version, int Value = 0)
{
    public ObjectKey Key => new("ns", Name);
}
