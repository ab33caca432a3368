namespace GpuScheduler.Cluster;

/// <summary>The numbers that a cluster's columns and masks use for names. One per cluster; any thread may read and add.</summary>
public sealed class Vocabulary
{
    /// <summary>Resource numbers every vocabulary starts with.</summary>
    public const int CpuId = 0, MemoryId = 1, EphemeralStorageId = 2, PodsId = 3;

    public Vocabulary()
    {
        Resources.Intern(ResourceNames.Cpu);
        Resources.Intern(ResourceNames.Memory);
        Resources.Intern(ResourceNames.EphemeralStorage);
        Resources.Intern(ResourceNames.Pods);
        Shapes.Intern(DeviceShape.None);
    }

    public Interner<string> Resources { get; } = new(StringComparer.Ordinal);

    public Interner<string> LabelKeys { get; } = new(StringComparer.Ordinal);

    public Interner<(string Key, string Value)> Labels { get; } = new();

    public Interner<Taint> Taints { get; } = new();

    public Interner<string> Images { get; } = new(StringComparer.Ordinal);

    public Interner<DeviceShape> Shapes { get; } = new();
}
